"""Which option's effect on a real GOWA is seen, by which test, and why some cannot be seen without WhatsApp.

That GOWA holds the value of every option, these too, exactly as it was saved is shown by `test_values_reach_gowa`.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.options import OPTIONS, Section
from tests.real_gowa import test_options_chatwoot, test_options_network, test_options_whatsapp

if TYPE_CHECKING:
    from types import ModuleType

NETWORK, WHATSAPP, CHATWOOT = test_options_network, test_options_whatsapp, test_options_chatwoot

SEEN: dict[str, tuple[ModuleType, str]] = {
    "port": (NETWORK, "test_port_and_host_are_where_it_listens"),
    "host": (NETWORK, "test_port_and_host_are_where_it_listens"),
    "basicAuth": (NETWORK, "test_basic_auth_lets_in_with_exactly_this_password"),
    "corsAllowedOrigins": (NETWORK, "test_cors_allows_the_pages_that_are_listed_and_no_others"),
    "basePath": (NETWORK, "test_base_path_stands_before_every_address"),
    "trustedProxies": (NETWORK, "test_debug_writes_requests_and_trusted_proxies_are_believed"),
    "debug": (NETWORK, "test_debug_writes_requests_and_trusted_proxies_are_believed"),
    "os": (NETWORK, "test_os_and_version_are_told_where_gowa_tells_them"),
    "autoMarkRead": (WHATSAPP, "test_auto_mark_read_is_tried_only_when_on"),
    "autoReply": (WHATSAPP, "test_auto_reply_is_tried_only_when_there_is_a_text"),
    "autoRejectCall": (WHATSAPP, "test_auto_reject_call_is_tried_only_when_on"),
    "autoDownloadMedia": (WHATSAPP, "test_auto_download_media_fetches_images_only_when_on"),
    "presenceOnConnect": (WHATSAPP, "test_presence_on_connect_says_what_is_chosen"),
    "presencePulseEnabled": (WHATSAPP, "test_presence_pulse_runs_as_it_is_set"),
    "presencePulseInterval": (WHATSAPP, "test_presence_pulse_runs_as_it_is_set"),
    "presencePulseDuration": (WHATSAPP, "test_presence_pulse_runs_as_it_is_set"),
    "whatsappProxy": (WHATSAPP, "test_whatsapp_proxy_is_where_the_connection_goes"),
    "webhooks": (WHATSAPP, "test_webhooks_are_delivered_and_signed_and_those_switched_off_are_not"),
    "webhookSecret": (WHATSAPP, "test_webhooks_are_delivered_and_signed_and_those_switched_off_are_not"),
    "webhookEvents": (WHATSAPP, "test_webhook_events_and_ignored_jids_are_left_out"),
    "webhookIgnoreJids": (WHATSAPP, "test_webhook_events_and_ignored_jids_are_left_out"),
    "webhookInsecureSkipVerify": (WHATSAPP, "test_webhook_insecure_skip_verify_accepts_any_certificate"),
    "uiEnabled": (NETWORK, "test_ui_enabled_serves_the_dashboard_or_a_note"),
    "uiAutoUpdate": (NETWORK, "test_ui_auto_update_asks_github_only_when_on"),
    "uiRepo": (NETWORK, "test_ui_repo_asset_name_and_token_say_what_is_fetched"),
    "uiAssetName": (NETWORK, "test_ui_repo_asset_name_and_token_say_what_is_fetched"),
    "uiGithubToken": (NETWORK, "test_ui_repo_asset_name_and_token_say_what_is_fetched"),
    "uiAssetSha256": (NETWORK, "test_ui_asset_sha256_serves_only_the_page_it_names"),
    "mcpEnabled": (NETWORK, "test_mcp_enabled_answers_at_mcp_only_when_on"),
    "mcpOauthEnabled": (NETWORK, "test_mcp_oauth_is_told_to_clients"),
    "mcpOauthIssuerUrl": (NETWORK, "test_mcp_oauth_is_told_to_clients"),
    "mcpOauthResourceUrl": (NETWORK, "test_mcp_oauth_is_told_to_clients"),
    "mcpOauthDbUri": (NETWORK, "test_mcp_oauth_is_told_to_clients"),
    "dbUri": (NETWORK, "test_db_uri_and_db_keys_uri_say_where_the_session_lies"),
    "dbKeysUri": (NETWORK, "test_db_uri_and_db_keys_uri_say_where_the_session_lies"),
    "chatwootEnabled": (CHATWOOT, "test_chatwoot_switched_off_asks_nothing"),
    "chatwootUrl": (CHATWOOT, "connected"),
    "chatwootApiToken": (CHATWOOT, "connected"),
    "chatwootAccountId": (CHATWOOT, "connected"),
    "chatwootInboxId": (CHATWOOT, "test_chatwoot_auto_create_makes_the_inbox_with_its_name_and_address"),
    "chatwootAutoCreate": (CHATWOOT, "test_chatwoot_auto_create_makes_the_inbox_with_its_name_and_address"),
    "chatwootInboxName": (CHATWOOT, "test_chatwoot_auto_create_makes_the_inbox_with_its_name_and_address"),
    "chatwootWebhookUrl": (CHATWOOT, "test_chatwoot_auto_create_makes_the_inbox_with_its_name_and_address"),
    "chatwootDeviceId": (CHATWOOT, "test_chatwoot_device_id_is_who_answers_from_chatwoot"),
    "chatwootWebhookSecret": (CHATWOOT, "test_chatwoot_webhook_secret_must_be_carried"),
    "chatwootAllowedHosts": (CHATWOOT, "test_chatwoot_allowed_hosts_limit_what_a_device_may_name"),
    "chatwootReopenConversation": (CHATWOOT, "test_chatwoot_reopen_conversation_uses_the_resolved_one"),
    "chatwootConversationPending": (CHATWOOT, "test_chatwoot_gets_messages_as_new_conversations_open_or_pending"),
    "chatwootIgnoreJids": (CHATWOOT, "test_chatwoot_ignore_jids_keeps_chats_out"),
    "chatwootForwardEdits": (CHATWOOT, "test_chatwoot_forward_edits_and_forward_deletes_write_notes_only_when_on"),
    "chatwootForwardDeletes": (CHATWOOT, "test_chatwoot_forward_edits_and_forward_deletes_write_notes_only_when_on"),
    "chatwootMessageRead": (CHATWOOT, "test_chatwoot_message_read_and_message_delete_are_tried_only_when_on"),
    "chatwootMessageDelete": (CHATWOOT, "test_chatwoot_message_read_and_message_delete_are_tried_only_when_on"),
    "chatwootDaysLimitImportMessages": (CHATWOOT, "test_chatwoot_days_limit_is_what_a_sync_takes"),
    "chatwootImportDbUri": (CHATWOOT, "test_chatwoot_import_db_uri_is_where_a_sync_goes"),
}
"""Options whose effect is seen, with the test that sees it."""

NOT_SEEN: dict[str, str] = {
    "accountValidation": "asked about only behind the check for a live WhatsApp connection (v9.2.0 src/pkg/utils/whatsapp.go:949, 966)",
    "uiUpdateInterval": "first counts after the shortest time allowed, a minute (src/infrastructure/uiasset/manager.go, StartAutoUpdate)",
    "chatStorageMaxOpenConns": "a limit of database/sql that shows only as waiting under load (src/cmd/root.go, initChatStorage)",
    "chatwootSignMsg": "changes the text handed to WhatsApp's connection and nothing else (src/ui/rest/chatwoot.go:52)",
    "chatwootSignDelimiter": "as chatwootSignMsg (src/ui/rest/chatwoot.go:55)",
    "chatwootImportMessages": "begins when a paired device connects (src/infrastructure/chatwoot/sync.go:881, 888)",
    "chatwootImportPlaceholderMediaMessage": "a row in Chatwoot's own PostgreSQL (src/infrastructure/chatwoot/pgimport/writer.go:595)",
    "chatwootImportMediaWithRest": "a choice within the import into PostgreSQL (src/infrastructure/chatwoot/sync.go:461)",
}
"""Options whose effect cannot be seen here, with the reason; that GOWA holds their values is shown all the same."""


def test_every_option_of_the_table_is_seen_or_it_is_said_why_not() -> None:
    current = {option.key for option in OPTIONS if option.section is not Section.LEGACY}
    assert SEEN.keys() | NOT_SEEN.keys() == current
    assert not SEEN.keys() & NOT_SEEN.keys()
    assert all(reason for reason in NOT_SEEN.values())


@pytest.mark.parametrize("key", sorted(SEEN.keys() - {"port"}))
def test_the_test_that_is_named_sets_the_option(key: str) -> None:
    module, name = SEEN[key]
    assert f"{key}" in inspect.getsource(getattr(module, name))
