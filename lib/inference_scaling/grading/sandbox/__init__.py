"""Where submissions run: `run` starts the sandbox from outside, `child` runs the answers inside it."""

from .run import PROTECTIONS, TOOLS, Limits, Sandbox, SandboxError, available

__all__ = ["PROTECTIONS", "TOOLS", "Limits", "Sandbox", "SandboxError", "available"]
