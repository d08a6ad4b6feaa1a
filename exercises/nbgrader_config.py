"""For instructors who grade with nbgrader: the marks of our solutions and stubs.

`python -m inference_scaling.classroom.release course FOLDER` puts this file into a new course.
"""

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "inference-scaling"
c.ClearSolutions.code_stub = {"python": "..."}
