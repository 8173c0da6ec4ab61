"""The real program on a display of its own, seen and driven from outside only: through D-Bus, as desktops and assistive tools do."""
