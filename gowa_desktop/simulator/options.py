"""The options of ``rest`` as one compact table, enough to parse command lines and to print a Cobra-like help.

The help words are the simulator's own. First and last era are ranks of `eras.Era`.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.eras import Era

TYPE_WORDS = {"string": "string", "strings": "strings", "int": "int", "duration": "duration", "bool": ""}


class Option:
    """One setting: its flag and environment names, kind, default, first era and a short help. Immutable by convention."""

    __slots__ = ("default", "env", "first_rank", "flag", "help", "is_secret", "kind", "short", "trims_items")

    def __init__(self, flag: str, short: str, env: str, kind: str, default: str, first_rank: int, text: str) -> None:
        self.flag = flag
        self.short = short
        self.env = env
        self.kind = kind
        self.default = default
        self.first_rank = first_rank
        self.help = text
        self.is_secret = flag in _SECRETS
        self.trims_items = flag in _TRIMMED

    def default_for(self, era: "type[Era]") -> str:
        """Return the default as text; two defaults changed over the years."""
        if self.flag == "os":
            return era.default_os
        return era.default_db_uri if self.flag == "db-uri" else self.default


_SECRETS = frozenset(
    {
        "basic-auth",
        "webhook-secret",
        "db-uri",
        "db-keys-uri",
        "chatwoot-webhook-secret",
        "chatwoot-import-db-uri",
        "chatwoot-api-token",
        "ui-github-token",
        "whatsapp-proxy",
    }
)
_TRIMMED = frozenset({"webhook-ignore-jids", "chatwoot-ignore-jids", "chatwoot-allowed-hosts"})
ENV_ONLY = frozenset({
    "ui-github-token", "chat-storage-max-open-conns", "chatwoot-url", "chatwoot-api-token", "chatwoot-account-id",
    "chatwoot-inbox-id",
})  # fmt: skip

# flag | short | environment | kind | default | first era rank | help
_TABLE = r"""
account-validation||WHATSAPP_ACCOUNT_VALIDATION|bool|true|0|check that a number has an account before sending
auto-download-media||WHATSAPP_AUTO_DOWNLOAD_MEDIA|bool|true|0|fetch the media of incoming messages
auto-mark-read||WHATSAPP_AUTO_MARK_READ|bool|false|0|mark incoming messages as read
auto-reject-call||WHATSAPP_AUTO_REJECT_CALL|bool|false|2|refuse incoming calls
autoreply||WHATSAPP_AUTO_REPLY|string||0|text to answer every message with
base-path||APP_BASE_PATH|string||0|prefix of every route except /health
basic-auth|b|APP_BASIC_AUTH|strings||0|accounts as user:password
chat-storage-max-open-conns||CHAT_STORAGE_MAX_OPEN_CONNS|int|5|2|connections to the chat database
chatwoot-account-id||CHATWOOT_ACCOUNT_ID|int|0|2|Chatwoot account
chatwoot-allowed-hosts||CHATWOOT_ALLOWED_HOSTS|strings||2|Chatwoot hosts a device may name
chatwoot-api-token||CHATWOOT_API_TOKEN|string||2|Chatwoot access token
chatwoot-auto-create||CHATWOOT_AUTO_CREATE|bool|false|2|create the Chatwoot inbox at the start
chatwoot-conversation-pending||CHATWOOT_CONVERSATION_PENDING|bool|false|2|open conversations as pending
chatwoot-days-limit-import-messages||CHATWOOT_DAYS_LIMIT_IMPORT_MESSAGES|int|3|2|days of history to import
chatwoot-device-id||CHATWOOT_DEVICE_ID|string||2|device for outgoing Chatwoot messages
chatwoot-enabled||CHATWOOT_ENABLED|bool|false|2|switch Chatwoot on
chatwoot-forward-deletes||CHATWOOT_FORWARD_DELETES|bool|true|2|tell Chatwoot about deletions
chatwoot-forward-edits||CHATWOOT_FORWARD_EDITS|bool|true|2|tell Chatwoot about edits
chatwoot-ignore-jids||CHATWOOT_IGNORE_JIDS|strings||2|chats never copied to Chatwoot
chatwoot-import-db-uri||CHATWOOT_IMPORT_DB_URI|string||2|Chatwoot database for a direct import
chatwoot-import-media-with-rest||CHATWOOT_IMPORT_MEDIA_WITH_REST|bool|false|2|import media through the Chatwoot API
chatwoot-import-messages||CHATWOOT_IMPORT_MESSAGES|bool|false|2|import the history
chatwoot-import-placeholder-media-message||CHATWOOT_IMPORT_PLACEHOLDER_MEDIA_MESSAGE|bool|true|2|text for media not loaded
chatwoot-inbox-id||CHATWOOT_INBOX_ID|int|0|2|Chatwoot inbox
chatwoot-inbox-name||CHATWOOT_INBOX_NAME|string|WhatsApp|2|name of the Chatwoot inbox
chatwoot-message-delete||CHATWOOT_MESSAGE_DELETE|bool|false|2|delete linked messages on both sides
chatwoot-message-read||CHATWOOT_MESSAGE_READ|bool|false|2|keep the read state in step
chatwoot-reopen-conversation||CHATWOOT_REOPEN_CONVERSATION|bool|true|2|reopen the old conversation of a contact
chatwoot-sign-delimiter||CHATWOOT_SIGN_DELIMITER|string|\n\n|2|text between signature and message
chatwoot-sign-msg||CHATWOOT_SIGN_MSG|bool|false|2|put the agent's name before a message
chatwoot-url||CHATWOOT_URL|string||2|Chatwoot address
chatwoot-webhook-secret||CHATWOOT_WEBHOOK_SECRET|string||2|secret of incoming Chatwoot calls
chatwoot-webhook-url||CHATWOOT_WEBHOOK_URL|string||2|public address for Chatwoot calls
cors-allowed-origins||APP_CORS_ALLOWED_ORIGINS|strings||3|web pages that may call the API, all when empty
db-keys-uri||DB_KEYS_URI|string||0|second database for the key cache
db-uri||DB_URI|string|file:storages/whatsapp.db|0|database of the sessions
debug|d|APP_DEBUG|bool|false|0|write more to the log
host|H|APP_HOST|string|0.0.0.0|1|address to listen on
mcp-enabled||MCP_ENABLED|bool|true|3|serve /mcp
mcp-oauth-db-uri||MCP_OAUTH_DB_URI|string|file:storages/oauth.db|3|database of OAuth clients
mcp-oauth-enabled||MCP_OAUTH_ENABLED|bool|false|3|OAuth for /mcp
mcp-oauth-issuer-url||MCP_OAUTH_ISSUER_URL|string||3|public OAuth issuer address
mcp-oauth-resource-url||MCP_OAUTH_RESOURCE_URL|string||3|public address of the MCP resource
os||APP_OS|string|GOWA|0|name shown on the phone
port|p|APP_PORT|string|3000|0|port to listen on
presence-on-connect||WHATSAPP_PRESENCE_ON_CONNECT|string|unavailable|2|available, unavailable or none
presence-pulse-duration||WHATSAPP_PRESENCE_PULSE_DURATION|duration|5m|2|length of a presence pulse
presence-pulse-enabled||WHATSAPP_PRESENCE_PULSE_ENABLED|bool|true|2|daily presence pulse
presence-pulse-interval||WHATSAPP_PRESENCE_PULSE_INTERVAL|duration|24h|2|time between presence pulses
trusted-proxies||APP_TRUSTED_PROXIES|strings||0|reverse proxies whose headers count
ui-asset-name||APP_UI_ASSET_NAME|string|gowa-ui.html|3|file name of the dashboard
ui-asset-sha256||APP_UI_ASSET_SHA256|string||3|checksum that the dashboard must have
ui-auto-update||APP_UI_AUTO_UPDATE|bool|true|3|keep the dashboard current
ui-enabled||APP_UI_ENABLED|bool|true|3|serve the dashboard
ui-github-token||APP_UI_GITHUB_TOKEN|string||3|token for the dashboard download
ui-repo||APP_UI_REPO|string|aldinokemal/gowa-ui|3|repository of the dashboard
ui-update-interval||APP_UI_UPDATE_INTERVAL|duration|3h|3|time between dashboard checks
webhook|w|WHATSAPP_WEBHOOK|strings||0|addresses that receive events
webhook-events||WHATSAPP_WEBHOOK_EVENTS|strings||2|events to forward, all when empty
webhook-ignore-jids||WHATSAPP_WEBHOOK_IGNORE_JIDS|strings||2|chats that are not forwarded
webhook-insecure-skip-verify||WHATSAPP_WEBHOOK_INSECURE_SKIP_VERIFY|bool|false|0|accept any TLS certificate
webhook-secret||WHATSAPP_WEBHOOK_SECRET|string|secret|0|key of the webhook signature
whatsapp-proxy||WHATSAPP_PROXY|string||2|proxy for the WhatsApp connection
"""


def options_of(era: "type[Era]") -> dict[str, Option]:
    """Return the options that the era knows, by flag name without dashes, in alphabetical order."""
    found: dict[str, Option] = {}
    for line in _TABLE.strip().splitlines():
        flag, short, env, kind, default, first_rank, text = line.split("|")
        if int(first_rank) <= era.rank:
            found[flag] = Option(flag, short, env, kind, default.replace("\\n", "\n"), int(first_rank), text)
    return found | _new_options()


def _new_options() -> dict[str, Option]:
    """Return options of versions to come, for tests: ``flag|kind|default|help`` separated by semicolons in GOWA_SIM_NEW_FLAGS."""
    rows = [row.split("|") for row in os.environ.get("GOWA_SIM_NEW_FLAGS", "").split(";") if row]
    return {flag: Option(flag, "", "", kind, default, 0, text) for flag, kind, default, text in rows}
