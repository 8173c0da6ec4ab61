"""Every option that GOWA understands, as data: one table that validation, launch and redaction derive from.

Facts: GOWA facts 1 and its machine-readable list (v5.0.0 to v9.2.0). Keys are the camelCase names under `flags` of a stored
config. Labels, help texts and sections of the form are not here yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gowa_desktop.domain.versions import GowaVersion


ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - a name for it, not a bind
"""Every IPv4 address: what GOWA listens on unless told otherwise."""


class OptionKind(StrEnum):
    """How a value is stored and written."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    DURATION = "duration"
    LIST = "list"
    LOGINS = "logins"
    """A list of `{"username": …, "password": …}`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `default` is GOWA's own; `since` and `until` are the first and last tag that know it."""

    key: str
    kind: OptionKind
    env: str
    flag: str | None
    since: str
    until: str | None = None
    default: str | bool | int | None = None
    is_secret: bool = False
    """True when the value is a secret or may carry one, such as an address with a password."""
    is_managed: bool = False
    """True when the program sets it itself."""
    text_format: str | None = None
    minimum: int | None = None

    def known_by(self, version: GowaVersion) -> bool:
        """Tell whether this version of GOWA reads the option."""
        return version.at_least(self.since) and (self.until is None or not self._is_past(version))

    def _is_past(self, version: GowaVersion) -> bool:
        return version.is_simulator or (version.tag != self.until and version.at_least(self.until or version.tag))


OPTIONS: tuple[Option, ...] = (
    Option(
        "port",
        OptionKind.TEXT,
        "APP_PORT",
        "--port",
        default="3000",
        since="v3.2.0",
        is_managed=True,
        text_format="port",
        minimum=1,
    ),
    Option("host", OptionKind.TEXT, "APP_HOST", "--host", default=ANY_ADDRESS, since="v8.0.0", is_managed=True, text_format="host"),
    Option("debug", OptionKind.BOOL, "APP_DEBUG", "--debug", default=False, since="v3.2.0"),
    Option("os", OptionKind.TEXT, "APP_OS", "--os", default="GOWA", since="v3.8.0"),
    Option("basePath", OptionKind.TEXT, "APP_BASE_PATH", "--base-path", since="v7.4.0", text_format="url_path"),
    Option("trustedProxies", OptionKind.LIST, "APP_TRUSTED_PROXIES", "--trusted-proxies", since="v7.9.0", text_format="cidr"),
    Option(
        "basicAuth",
        OptionKind.LOGINS,
        "APP_BASIC_AUTH",
        "--basic-auth",
        since="v3.5.0",
        is_secret=True,
        text_format="user:password",
    ),
    Option(
        "corsAllowedOrigins",
        OptionKind.LIST,
        "APP_CORS_ALLOWED_ORIGINS",
        "--cors-allowed-origins",
        since="v9.0.0",
        text_format="origin",
    ),
    Option("uiEnabled", OptionKind.BOOL, "APP_UI_ENABLED", "--ui-enabled", default=True, since="v9.0.0"),
    Option("uiAutoUpdate", OptionKind.BOOL, "APP_UI_AUTO_UPDATE", "--ui-auto-update", default=True, since="v9.0.0"),
    Option("uiRepo", OptionKind.TEXT, "APP_UI_REPO", "--ui-repo", default="aldinokemal/gowa-ui", since="v9.0.0"),
    Option("uiAssetName", OptionKind.TEXT, "APP_UI_ASSET_NAME", "--ui-asset-name", default="gowa-ui.html", since="v9.0.0"),
    Option(
        "uiUpdateInterval", OptionKind.DURATION, "APP_UI_UPDATE_INTERVAL", "--ui-update-interval", default="3h", since="v9.0.0"
    ),
    Option("uiAssetSha256", OptionKind.TEXT, "APP_UI_ASSET_SHA256", "--ui-asset-sha256", since="v9.0.0", text_format="sha256hex"),
    Option("uiGithubToken", OptionKind.TEXT, "APP_UI_GITHUB_TOKEN", None, since="v9.0.0", is_secret=True),
    Option("mcpEnabled", OptionKind.BOOL, "MCP_ENABLED", "--mcp-enabled", default=True, since="v9.1.0"),
    Option("mcpOauthEnabled", OptionKind.BOOL, "MCP_OAUTH_ENABLED", "--mcp-oauth-enabled", default=False, since="v9.2.0"),
    Option(
        "mcpOauthIssuerUrl",
        OptionKind.TEXT,
        "MCP_OAUTH_ISSUER_URL",
        "--mcp-oauth-issuer-url",
        since="v9.2.0",
        text_format="https_url",
    ),
    Option(
        "mcpOauthResourceUrl",
        OptionKind.TEXT,
        "MCP_OAUTH_RESOURCE_URL",
        "--mcp-oauth-resource-url",
        since="v9.2.0",
        text_format="https_url",
    ),
    Option(
        "mcpOauthDbUri",
        OptionKind.TEXT,
        "MCP_OAUTH_DB_URI",
        "--mcp-oauth-db-uri",
        default="file:storages/oauth.db",
        since="v9.2.0",
        text_format="sqlite_uri",
    ),
    Option(
        "dbUri",
        OptionKind.TEXT,
        "DB_URI",
        "--db-uri",
        default="file:storages/whatsapp.db",
        since="v5.0.0",
        is_secret=True,
        text_format="db_uri",
    ),
    Option("dbKeysUri", OptionKind.TEXT, "DB_KEYS_URI", "--db-keys-uri", since="v7.3.0", is_secret=True, text_format="db_uri"),
    Option("chatStorageMaxOpenConns", OptionKind.INT, "CHAT_STORAGE_MAX_OPEN_CONNS", None, default=5, since="v8.9.0", minimum=1),
    Option("autoReply", OptionKind.TEXT, "WHATSAPP_AUTO_REPLY", "--autoreply", since="v3.2.0"),
    Option("autoMarkRead", OptionKind.BOOL, "WHATSAPP_AUTO_MARK_READ", "--auto-mark-read", default=False, since="v7.1.0"),
    Option(
        "autoDownloadMedia",
        OptionKind.BOOL,
        "WHATSAPP_AUTO_DOWNLOAD_MEDIA",
        "--auto-download-media",
        default=True,
        since="v7.9.0",
    ),
    Option("autoRejectCall", OptionKind.BOOL, "WHATSAPP_AUTO_REJECT_CALL", "--auto-reject-call", default=False, since="v8.3.0"),
    Option(
        "accountValidation", OptionKind.BOOL, "WHATSAPP_ACCOUNT_VALIDATION", "--account-validation", default=True, since="v4.17.0"
    ),
    Option(
        "whatsappProxy",
        OptionKind.TEXT,
        "WHATSAPP_PROXY",
        "--whatsapp-proxy",
        since="v8.11.0",
        is_secret=True,
        text_format="proxy_url",
    ),
    Option(
        "presenceOnConnect",
        OptionKind.TEXT,
        "WHATSAPP_PRESENCE_ON_CONNECT",
        "--presence-on-connect",
        default="unavailable",
        since="v8.3.0",
    ),
    Option(
        "presencePulseEnabled",
        OptionKind.BOOL,
        "WHATSAPP_PRESENCE_PULSE_ENABLED",
        "--presence-pulse-enabled",
        default=True,
        since="v8.7.0",
    ),
    Option(
        "presencePulseInterval",
        OptionKind.DURATION,
        "WHATSAPP_PRESENCE_PULSE_INTERVAL",
        "--presence-pulse-interval",
        default="24h",
        since="v8.7.0",
    ),
    Option(
        "presencePulseDuration",
        OptionKind.DURATION,
        "WHATSAPP_PRESENCE_PULSE_DURATION",
        "--presence-pulse-duration",
        default="5m",
        since="v8.7.0",
    ),
    Option("webhooks", OptionKind.LIST, "WHATSAPP_WEBHOOK", "--webhook", since="v3.6.0", is_secret=True, text_format="url"),
    Option(
        "webhookSecret",
        OptionKind.TEXT,
        "WHATSAPP_WEBHOOK_SECRET",
        "--webhook-secret",
        default="secret",
        since="v4.18.0",
        is_secret=True,
    ),
    Option(
        "webhookInsecureSkipVerify",
        OptionKind.BOOL,
        "WHATSAPP_WEBHOOK_INSECURE_SKIP_VERIFY",
        "--webhook-insecure-skip-verify",
        default=False,
        since="v7.10.0",
    ),
    Option("webhookEvents", OptionKind.LIST, "WHATSAPP_WEBHOOK_EVENTS", "--webhook-events", since="v8.1.0"),
    Option(
        "webhookIgnoreJids",
        OptionKind.LIST,
        "WHATSAPP_WEBHOOK_IGNORE_JIDS",
        "--webhook-ignore-jids",
        since="v8.11.0",
        text_format="jid_or_wildcard",
    ),
    Option("chatwootEnabled", OptionKind.BOOL, "CHATWOOT_ENABLED", "--chatwoot-enabled", default=False, since="v8.2.0"),
    Option("chatwootUrl", OptionKind.TEXT, "CHATWOOT_URL", None, since="v8.2.0", text_format="url"),
    Option("chatwootApiToken", OptionKind.TEXT, "CHATWOOT_API_TOKEN", None, since="v8.2.0", is_secret=True),
    Option("chatwootAccountId", OptionKind.INT, "CHATWOOT_ACCOUNT_ID", None, default=0, since="v8.2.0", minimum=0),
    Option("chatwootInboxId", OptionKind.INT, "CHATWOOT_INBOX_ID", None, default=0, since="v8.2.0", minimum=0),
    Option("chatwootDeviceId", OptionKind.TEXT, "CHATWOOT_DEVICE_ID", "--chatwoot-device-id", since="v8.2.1"),
    Option("chatwootAllowedHosts", OptionKind.LIST, "CHATWOOT_ALLOWED_HOSTS", "--chatwoot-allowed-hosts", since="v8.11.0"),
    Option(
        "chatwootAutoCreate", OptionKind.BOOL, "CHATWOOT_AUTO_CREATE", "--chatwoot-auto-create", default=False, since="v8.8.0"
    ),
    Option(
        "chatwootInboxName", OptionKind.TEXT, "CHATWOOT_INBOX_NAME", "--chatwoot-inbox-name", default="WhatsApp", since="v8.8.0"
    ),
    Option(
        "chatwootWebhookUrl",
        OptionKind.TEXT,
        "CHATWOOT_WEBHOOK_URL",
        "--chatwoot-webhook-url",
        since="v8.8.0",
        is_secret=True,
        text_format="url",
    ),
    Option(
        "chatwootWebhookSecret",
        OptionKind.TEXT,
        "CHATWOOT_WEBHOOK_SECRET",
        "--chatwoot-webhook-secret",
        since="v8.8.0",
        is_secret=True,
    ),
    Option(
        "chatwootReopenConversation",
        OptionKind.BOOL,
        "CHATWOOT_REOPEN_CONVERSATION",
        "--chatwoot-reopen-conversation",
        default=True,
        since="v8.8.0",
    ),
    Option(
        "chatwootConversationPending",
        OptionKind.BOOL,
        "CHATWOOT_CONVERSATION_PENDING",
        "--chatwoot-conversation-pending",
        default=False,
        since="v8.8.0",
    ),
    Option(
        "chatwootIgnoreJids",
        OptionKind.LIST,
        "CHATWOOT_IGNORE_JIDS",
        "--chatwoot-ignore-jids",
        since="v8.8.0",
        text_format="jid_or_wildcard",
    ),
    Option("chatwootSignMsg", OptionKind.BOOL, "CHATWOOT_SIGN_MSG", "--chatwoot-sign-msg", default=False, since="v8.8.0"),
    Option(
        "chatwootSignDelimiter",
        OptionKind.TEXT,
        "CHATWOOT_SIGN_DELIMITER",
        "--chatwoot-sign-delimiter",
        default="\n\n",
        since="v8.8.0",
    ),
    Option(
        "chatwootForwardEdits",
        OptionKind.BOOL,
        "CHATWOOT_FORWARD_EDITS",
        "--chatwoot-forward-edits",
        default=True,
        since="v8.8.0",
    ),
    Option(
        "chatwootForwardDeletes",
        OptionKind.BOOL,
        "CHATWOOT_FORWARD_DELETES",
        "--chatwoot-forward-deletes",
        default=True,
        since="v8.8.0",
    ),
    Option(
        "chatwootMessageRead", OptionKind.BOOL, "CHATWOOT_MESSAGE_READ", "--chatwoot-message-read", default=False, since="v8.8.0"
    ),
    Option(
        "chatwootMessageDelete",
        OptionKind.BOOL,
        "CHATWOOT_MESSAGE_DELETE",
        "--chatwoot-message-delete",
        default=False,
        since="v8.8.0",
    ),
    Option(
        "chatwootImportMessages",
        OptionKind.BOOL,
        "CHATWOOT_IMPORT_MESSAGES",
        "--chatwoot-import-messages",
        default=False,
        since="v8.3.0",
    ),
    Option(
        "chatwootDaysLimitImportMessages",
        OptionKind.INT,
        "CHATWOOT_DAYS_LIMIT_IMPORT_MESSAGES",
        "--chatwoot-days-limit-import-messages",
        default=3,
        since="v8.3.0",
    ),
    Option(
        "chatwootImportDbUri",
        OptionKind.TEXT,
        "CHATWOOT_IMPORT_DB_URI",
        "--chatwoot-import-db-uri",
        since="v8.8.0",
        is_secret=True,
        text_format="postgres_url",
    ),
    Option(
        "chatwootImportPlaceholderMediaMessage",
        OptionKind.BOOL,
        "CHATWOOT_IMPORT_PLACEHOLDER_MEDIA_MESSAGE",
        "--chatwoot-import-placeholder-media-message",
        default=True,
        since="v8.8.0",
    ),
    Option(
        "chatwootImportMediaWithRest",
        OptionKind.BOOL,
        "CHATWOOT_IMPORT_MEDIA_WITH_REST",
        "--chatwoot-import-media-with-rest",
        default=False,
        since="v8.8.0",
    ),
    Option(
        "chatFlushInterval",
        OptionKind.INT,
        "APP_CHAT_FLUSH_INTERVAL",
        "--chat-flush-interval",
        default=7,
        since="v5.2.0",
        until="v7.1.0",
    ),
    Option(
        "chatStorage", OptionKind.BOOL, "WHATSAPP_CHAT_STORAGE", "--chat-storage", default=True, since="v5.2.0", until="v7.1.0"
    ),
    Option(
        "webhookIncludeOutgoing",
        OptionKind.BOOL,
        "WHATSAPP_WEBHOOK_INCLUDE_OUTGOING",
        "--webhook-include-outgoing",
        default=False,
        since="v8.2.1",
        until="v8.2.1",
    ),
)

BY_KEY = {option.key: option for option in OPTIONS}
"""The table by config key."""

ENVIRONMENT_NAMES = frozenset(option.env for option in OPTIONS)
"""Every environment name that some GOWA version reads; scrubbed from what children inherit."""
