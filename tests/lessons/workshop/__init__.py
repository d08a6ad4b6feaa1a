"""Right solutions of the workshop's tasks, a module for each notebook: each written in another way."""

from importlib import import_module

from inference_scaling.lessons import registry

RIGHT = {
    task_id: solutions
    for part in registry.parts()
    if part in registry.WORKSHOP
    for task_id, solutions in import_module(f"{__name__}.{part}").RIGHT.items()
}
