"""A group of commands that takes a command's options before its name, too: `suite history --database X check`."""

from __future__ import annotations

from collections.abc import Iterator

import click


class OpenGroup(click.Group):
    """Hands options that stand before a command's name on to the command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put options that aren't the group's own behind the command; what nobody knows is click's to refuse."""
        return super().parse_args(ctx, args if ctx.resilient_parsing else self.hand_on(ctx, args))

    def hand_on(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words with the command's options behind its name, also those that the group has itself.

        As they are where that can't be.
        """
        command = next((each for name in args if (each := self._named(ctx, name))), None)
        if command is None:
            return args
        own = {name: option for option in self.get_params(ctx) for name in option.opts}
        others = dict(_options(command, ctx))
        stay: list[str] = []
        go: list[str] = []
        rest = list(args)
        while rest and rest[0].startswith("-"):
            name, with_value, _ = rest[0].partition("=")
            option = others.get(name) or own.get(name)
            if option is None:
                return args
            width = 1 if with_value or _is_flag(option) else 1 + option.nargs
            (go if name in others else stay).extend(rest[:width])
            rest = rest[width:]
        return [*stay, *rest[:1], *go, *rest[1:]]

    def _named(self, ctx: click.Context, name: str) -> click.Command | None:
        return self.get_command(ctx, name) if name in self.list_commands(ctx) else None


def _is_flag(option: click.Parameter) -> bool:
    """Whether it takes no word after it; of one that may take one, none is taken, as it would be a guess."""
    return isinstance(option, click.Option) and (option.is_flag or option.count or isinstance(option.flag_value, str))


def _options(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Parameter]]:
    """The options of a command and of those below it, by every name."""
    if isinstance(command, OpenGroup):
        for each in command.commands.values():
            yield from _options(each, ctx)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from ((name, parameter) for name in (*parameter.opts, *parameter.secondary_opts))
