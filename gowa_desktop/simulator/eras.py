"""What differs between the GOWA generations that the simulator can play, as plain class attributes.

Source of every value: sections 2 and 3 of the project's GOWA facts and runs of v7.11.4, v8.11.0 and v9.2.0.
"""


class Era:
    """One generation of GOWA; the class attributes describe v9.2.0 and subclasses override what older ones lack."""

    name = "v9"
    rank = 3
    version = "v9.2.0"
    fiber_version = "v3.4.0"
    default_os = "GOWA"
    default_db_uri = "file:storages/whatsapp.db"
    commands: tuple[str, ...] = ("help", "rest")
    has_host_option = True
    has_devices = True
    has_health = True
    has_app_info = True
    has_device_login = True
    has_device_webhooks = True
    has_jid_in_app_routes = True
    keeps_slot_on_logout = True
    stops_gracefully = True
    sends_chunked_webhooks = False
    accepts_websocket_query_auth = True
    chat_schema_version = 43
    json_type = "application/json; charset=utf-8"
    auth_challenge = 'Basic realm="Restricted", charset="UTF-8"'
    listen_error_prefix = "failed to listen: failed to listen: "
    bad_json_prefix = "bind from body: "
    cors_methods = "GET, POST, HEAD, PUT, PATCH, DELETE"
    cors_headers = "Origin, Content-Type, Accept, Authorization, X-Device-Id"


class EraV8(Era):
    """v8.11: as v9 on the wire, with the Fiber v2 texts and without the dashboard and ``/app/info``."""

    name = "v8"
    rank = 2
    version = "v8.11.0"
    fiber_version = "v2.52.14"
    commands = ("help", "mcp", "rest")
    has_app_info = False
    sends_chunked_webhooks = True
    accepts_websocket_query_auth = False
    json_type = "application/json"
    auth_challenge = "basic realm=Restricted"
    listen_error_prefix = "failed to listen: "
    bad_json_prefix = ""
    cors_methods = "GET,POST,HEAD,PUT,DELETE,PATCH"
    cors_headers = "Origin,Content-Type,Accept"


class EraV80(EraV8):
    """v8.0: the first release with several devices; no ``/health``, no graceful stop, device login not written yet."""

    name = "v8.0"
    rank = 1
    version = "v8.0.0"
    fiber_version = "v2.52.10"
    default_os = "AldinoKemal"
    default_db_uri = "file:storages/whatsapp.db?_foreign_keys=on"
    has_health = False
    has_device_login = False
    has_device_webhooks = False
    has_jid_in_app_routes = False
    keeps_slot_on_logout = False
    stops_gracefully = False
    chat_schema_version = 12


class EraV7(EraV80):
    """v7.11: one account per process and no host option.

    Real v7 listens on every interface. The simulator binds 127.0.0.1 in this era too, so that a demo never opens a
    port to the network.
    """

    name = "v7"
    rank = 0
    version = "v7.11.4"
    fiber_version = "v2.52.12"
    has_host_option = False
    has_devices = False
    chat_schema_version = 2


ERAS: dict[str, type[Era]] = {era.name: era for era in (EraV7, EraV80, EraV8, Era)}
DEFAULT_ERA = "v9"
