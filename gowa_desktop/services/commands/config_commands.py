"""What the verbs on settings do: requests in, plans made and carried out, old and new values out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.assignments import read_assignments, read_names
from gowa_desktop.domain.config_files import FileFormat
from gowa_desktop.domain.errors import ConfigInvalidError, GowaError, OptionUnknownError, UsageError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.domain.options import OPTIONS
from gowa_desktop.services.commands.command_protocol import Verb, error_to_json
from gowa_desktop.services.configs.config_listing import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.commands.command_answer import Answer, Handler, PendingOperations
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.configs.config_service import ConfigChange, ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService

NO_PORT = "none"


class ConfigCommands:
    """The verbs on settings and templates. Main thread."""

    def __init__(self, instances: InstanceService, configs: ConfigService, pending: PendingOperations) -> None:
        self._instances = instances
        self._configs = configs
        self._pending = pending
        self._changes: set[ConfigChange] = set()

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {
            Verb.CONFIG_SHOW: self._show,
            Verb.CONFIG_SET: self._set,
            Verb.CONFIG_RESET: self._reset,
            Verb.CONFIG_EXPORT: self._export,
            Verb.CONFIG_IMPORT: self._import,
            Verb.CONFIG_COPY: self._copy,
            Verb.TEMPLATES: self._list_templates,
            Verb.TEMPLATE_SAVE: self._save_template,
            Verb.TEMPLATE_APPLY: self._apply_template,
            Verb.TEMPLATE_RENAME: self._rename_template,
            Verb.TEMPLATE_REMOVE: self._remove_template,
        }

    def _show(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        config, options = self._instances.config(status.id), self._instances.options(status.id)
        answer.succeed(listing(config, options, status.port, is_revealed=request.is_set("reveal")))

    def _set(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        words = request.texts("set")
        ports = [word for word in words if word.partition("=")[0].strip() == "port"]
        if ports:
            self._set_port(status, ports[-1].partition("=")[2], request, answer)
            return
        wanted = read_assignments(words, self._all_options([status.id]))
        self._carry_out(self._configs.plan.settings([status.id], wanted), request, answer, is_named=True)

    def _set_port(self, status: InstanceStatus, text: str, request: Request, answer: Answer) -> None:
        """Change the port, which is no option but part of the instance."""
        if len(request.texts("set")) > 1:
            raise UsageError("The port is set by itself.", "Set the other options with a command of their own.")
        if not (text := text.strip()).isdecimal():
            raise UsageError("A port is a whole number.", "Write it like port=8001.")
        port, is_looking = int(text), request.is_set("preview")
        if is_looking:
            self._instances.check_port(port, status.id)
        else:
            self._instances.update(status.id, InstanceChanges(port=port))
        answer.progress(f"{status.name}: Port: {status.port or NO_PORT} → {port}")
        if is_looking:
            answer.progress("Nothing was changed.")
        elif status.pid is not None and port != status.port:
            answer.progress(f"Restart {status.name} to apply it: gowa-desktop restart {status.name}")
        change: JsonObject = {"key": "port", "label": "Port", "old": str(status.port or NO_PORT), "new": str(port)}
        answer.succeed([{"name": status.name, "ok": True, "changes": [change], "skipped": []}])

    def _reset(self, request: Request, answer: Answer) -> None:
        instance_id = self._instances.find(request.text("name")).id
        names = read_names(request.texts("options"), self._all_options([instance_id]))
        self._carry_out(self._configs.plan.settings([instance_id], dict.fromkeys(names)), request, answer)

    def _copy(self, request: Request, answer: Answer) -> None:
        source = self._instances.find(request.text("name")).id
        targets = self._ids(request)
        options = request.texts("options")
        chosen = read_names(options, self._all_options([source, *targets])) if options else None
        plan = self._configs.plan.copy(source, targets, chosen, with_secrets=request.is_set("with_secrets"))
        self._carry_out(plan, request, answer, is_named=chosen is not None)

    def _export(self, request: Request, answer: Answer) -> None:
        status = self._instances.find(request.text("name"))
        file_format = _format(request)
        exported = self._configs.export_text(status.id, file_format, with_secrets=request.is_set("with_secrets"))
        path = Path(request.text("file"))

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
                return
            answer.progress(f"Wrote the settings of {status.name} to {path}.")
            if exported.secrets_left_out:
                answer.progress(f"Left out because they hold secrets: {', '.join(exported.secrets_left_out)}. Add --with-secrets for them.")
            if exported.not_carried:
                answer.progress(f"Left out because a .env cannot carry them: {', '.join(exported.not_carried)}. Use --format json for them.")
            result: JsonObject = {
                "file": str(path), "format": file_format.value, "secrets_left_out": [*exported.secrets_left_out],
                "not_carried": [*exported.not_carried],
            }  # fmt: skip
            answer.succeed(result)

        self._pending.wait(self._configs.write_file(path, exported, replaces=request.is_set("force")), finish)

    def _import(self, request: Request, answer: Answer) -> None:
        instance_id = self._instances.find(request.text("name")).id

        def carry_out(plan: ConfigPlan) -> None:
            # It comes later, when nobody above would answer a fault any more.
            try:
                self._carry_out(plan, request, answer)
            except GowaError as error:
                answer.fail(error)

        self._configs.plan_import(instance_id, Path(request.text("file")), carry_out, answer.fail)

    def _list_templates(self, _request: Request, answer: Answer) -> None:
        shelf = self._configs.templates
        result: list[Json] = []
        for template in shelf.all():
            settings: list[Json] = [{"key": c.key, "label": c.label, "value": c.new_text} for c in shelf.contents(template)]
            result.append({
                "name": template.name, "settings": settings, "created_at": template.created_at.isoformat(),
                "updated_at": template.updated_at.isoformat(), "problem": template.config_error,
            })  # fmt: skip
        answer.succeed(result)

    def _save_template(self, request: Request, answer: Answer) -> None:
        source = self._instances.find(request.text("name"))
        template = self._configs.templates.save(
            request.text("template"), source.id, with_secrets=request.is_set("with_secrets"), replaces=request.is_set("force")
        )
        answer.progress(f"Saved the settings of {source.name} as the template {template.name}.")
        answer.succeed({"name": template.name})

    def _apply_template(self, request: Request, answer: Answer) -> None:
        template = self._configs.templates.find(request.text("template"))
        if template.config_error is not None:
            raise ConfigInvalidError(f"The template {template.name} cannot be read.", "Save it anew from an instance.")
        self._carry_out(self._configs.plan.overlay(self._ids(request), template.config), request, answer)

    def _rename_template(self, request: Request, answer: Answer) -> None:
        shelf = self._configs.templates
        template = shelf.rename(shelf.find(request.text("template")).id, request.text("to"))
        answer.progress(f"The template is named {template.name} now.")
        answer.succeed({"name": template.name})

    def _remove_template(self, request: Request, answer: Answer) -> None:
        shelf = self._configs.templates
        template = shelf.remove(shelf.find(request.text("template")).id)
        answer.progress(f"Deleted the template {template.name}. Instances keep what they have.")
        answer.succeed({"name": template.name})

    def _carry_out(self, plan: ConfigPlan, request: Request, answer: Answer, *, is_named: bool = False) -> None:
        """Tell what changes from what to what; store it, unless only looking was asked for.

        `is_named` says that a person named each option. An instance whose version lacks one stays as it is, and that is a fault.
        """
        if is_named:
            plan = replace(plan, instances=tuple(_without_half_measures(planned) for planned in plan.instances))
        for note in plan.notes:
            answer.progress(note)
        for planned in plan.instances:
            _tell(planned, answer, is_named=is_named)
        if request.is_set("preview"):
            answer.progress("Nothing was changed.")
            answer.succeed([_result(planned, None, is_named=is_named) for planned in plan.instances])
            return
        change = self._configs.begin(plan)
        self._changes.add(change)
        change.ended.connect(partial(self._on_change_ended, change, plan, answer, is_named))
        change.run_in_slices()

    def _on_change_ended(self, change: ConfigChange, plan: ConfigPlan, answer: Answer, is_named: bool) -> None:
        self._changes.discard(change)
        failures = dict(change.outcome.failures)
        results: list[Json] = []
        for planned in plan.instances:
            results.append(_result(planned, failures.get(planned.name), is_named=is_named))
            if planned.instance_id in change.outcome.restart_due:
                answer.progress(f"Restart {planned.name} to apply it: gowa-desktop restart {planned.name}")
        answer.succeed(results)

    def _ids(self, request: Request) -> list[int]:
        ids = list(dict.fromkeys(self._instances.find(name).id for name in request.texts("names")))
        if not ids:
            raise UsageError("No instance is named.", "Name one or more.")
        return ids

    def _all_options(self, instance_ids: Sequence[int]) -> list[Option]:
        """Give every option of the table, so that one of another version is told as such, and what their own versions add."""
        options = {option.key: option for option in OPTIONS if option.key != "port"}
        for instance_id in instance_ids:
            options |= {option.key: option for option in self._instances.options(instance_id)}
        return list(options.values())


def _format(request: Request) -> FileFormat:
    wanted = request.optional_text("format")
    if wanted is None:
        name = Path(request.text("file")).name
        return FileFormat.ENV if name.endswith(".env") or name.startswith(".env") else FileFormat.JSON
    try:
        return FileFormat(wanted)
    except ValueError:
        raise UsageError(f"There is no format “{wanted[:20]}”.", "Write --format json or --format env.") from None


def _without_half_measures(planned: PlannedInstance) -> PlannedInstance:
    """Leave an instance alone whose version lacks one of the options that were named."""
    return replace(planned, new=planned.old, changes=()) if planned.skipped else planned


def _tell(planned: PlannedInstance, answer: Answer, *, is_named: bool) -> None:
    for change in planned.changes:
        answer.progress(f"{planned.name}: {change.label}: {change.old_text} → {change.new_text}")
    if not is_named:
        for skipped in planned.skipped:
            answer.progress(f"{planned.name}: {skipped.label} is skipped. {skipped.reason}")
    if planned.old == planned.new and planned.problem is None and not planned.skipped:
        answer.progress(f"{planned.name}: nothing to change.")


def _unknown_option(planned: PlannedInstance) -> OptionUnknownError:
    names = ", ".join(skipped.key for skipped in planned.skipped)
    reasons = " ".join(dict.fromkeys(skipped.reason for skipped in planned.skipped))
    return OptionUnknownError(
        f"Nothing was changed because of {names}. {reasons}",
        f"Leave it out, or move the instance to a version that has it: gowa-desktop update {planned.name}",
    )


def _result(planned: PlannedInstance, failure: GowaError | None, *, is_named: bool) -> JsonObject:
    error = failure
    if planned.problem is not None:
        error = ConfigInvalidError(planned.problem, "Correct the value and try again.")
    elif is_named and planned.skipped:
        error = _unknown_option(planned)
    changes: list[Json] = [{"key": c.key, "label": c.label, "old": c.old_text, "new": c.new_text} for c in planned.changes]
    skipped: list[Json] = [{"key": s.key, "label": s.label, "reason": s.reason} for s in planned.skipped]
    result: JsonObject = {"name": planned.name, "ok": error is None, "changes": changes, "skipped": skipped}
    return result if error is None else {**result, "error": error_to_json(error)}
