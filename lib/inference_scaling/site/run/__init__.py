"""Pages that run: a Python beside the built site, the seam between page and Python, and the folder that holds both."""
