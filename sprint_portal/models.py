"""The ground's own tables, gathered where Django looks for them."""

from sprint_portal.audit import AuditEvent
from sprint_portal.heartbeat import Heartbeat

__all__ = ["AuditEvent", "Heartbeat"]
