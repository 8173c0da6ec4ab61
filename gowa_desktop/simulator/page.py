"""The page at ``/``: says plainly that this is a simulator and shows what it plays."""

import html
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.site import Site

_STYLE = """
:root { color-scheme: light dark; --card: #fff; --text: #1c2430; --soft: #66717f; --line: #e3e7ec; --back: #f3f5f8; }
@media (prefers-color-scheme: dark) {
  :root { --card: #1b2129; --text: #e6eaf0; --soft: #93a0b0; --line: #2d3641; --back: #12161c; }
}
body { margin: 0; padding: 3rem 1rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: auto; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 2rem 2.25rem; }
.badge { display: inline-block; background: #b45309; color: #fff; border-radius: 99px; padding: .15rem .8rem;
  font-size: .85rem; font-weight: 600; }
h1 { font-size: 1.6rem; margin: .8rem 0 .2rem; }
p { color: var(--soft); margin: .2rem 0 1.4rem; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .3rem 1rem; margin: 0 0 1.6rem; }
dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; } th { text-align: left; color: var(--soft); font-weight: 500; }
th, td { padding: .45rem .6rem .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.logged_in { color: #15803d; font-weight: 600; } .connected { color: #b45309; }
"""


def render_page(site: "Site") -> str:
    """Return the page as HTML."""
    era = site.era
    facts = {
        "Plays": f"GOWA {era.version} (era {era.name})",
        "Port": str(site.port),
        "Process": str(os.getpid()),
        "Faults": ", ".join(site.runner.faults.values) or "none",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{html.escape(value)}</dd>" for name, value in facts.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
        f"<title>GOWA simulator on port {site.port}</title><style>{_STYLE}</style></head><body><main>"
        '<span class="badge">Simulator</span><h1>GOWA simulator, not WhatsApp</h1>'
        "<p>This server answers like GOWA but sends no message and pairs no phone. It exists for demos and tests.</p>"
        f"<dl>{rows}</dl>{_device_table(site.devices.all())}</main></body></html>"
    )


def _device_table(devices: "list[Device]") -> str:
    if not devices:
        return "<p>No devices yet.</p>"
    rows = "".join(
        f"<tr><td>{html.escape(device.id or 'account')}</td><td>{html.escape(device.display_name or '-')}</td>"
        f'<td class="{device.state}">{device.state.replace("_", " ")}</td></tr>'
        for device in devices
    )
    return f"<table><tr><th>Device</th><th>Name</th><th>State</th></tr>{rows}</table>"
