"""A class list as a table: who should have handed something in, and which submission is whose.

Names are compared without accents, in any order of their words. Public: `read_roster`, `match_roster`, `people_of`;
`read_table`, `find_row` and `words_of` for other tables of people.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from pathlib import Path

from suite.errors import UsageError, Words
from suite.records import Identity, Submission
from suite.text.untrusted import clean, listed

MAX_BYTES = 32 << 20
SEPARATORS = ",;\t"
COLUMNS = {
    "id": (
        *("id", "identifier", "identificador", "id number", "numero de id", "student id", "sid", "sis user id"),
        *("niu", "nia", "nip", "dni", "nif", "nie", "uid", "user id", "matricula", "expediente", "codigo"),
        *("numero de identificacion", "numero id", "student number", "external id"),
    ),
    "account": (
        *("sis login id", "username", "nombre de usuario", "usuario", "login", "account", "cuenta", "user"),
        *("github_username", "github username", "student_id"),
    ),
    "email": (
        *("email", "email address", "e-mail", "mail", "correo", "direccion de correo", "direccion email"),
        *("correo electronico", "direccion de correo electronico", "sis email"),
    ),
    "name": (
        *("full name", "nombre completo", "name", "nombre y apellidos", "apellidos y nombre", "apellidos, nombre"),
        *("student", "alumno", "alumna", "estudiante", "student name", "display name"),
    ),
    "first": ("first name", "firstname", "first_name", "nombre", "given name"),
    "last": ("last name", "lastname", "last_name", "surname", "apellidos", "apellido(s)", "apellido", "family name"),
    "group": ("group", "grupo", "groups", "grupos", "section", "seccion", "team", "equipo"),
}
"""What the columns of platforms and of class lists are called, in small letters and without accents."""
PEOPLE = ("id", "account", "email", "name", "first", "last")
NUMBERED = re.compile(r"[^\W\d_]+ (?P<number>\d+)")
"""How Moodle's worksheet writes a number: `Participant 12345`, in every language."""
NOBODY_ROWS = ("points possible", "student, test")
BETWEEN = ", "
"""What stands between the members of a group, in their names and numbers."""
ENOUGH = 2  # words that two names must share, if one has more
MOST_WORDS = 5  # of a name whose words are tried in every order; of five there are 320 ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A person of a table."""

    identity: Identity
    """Who."""
    keys: frozenset[str]
    """Numbers, accounts and addresses that mean this person alone, in small letters."""
    words: frozenset[str]
    """Words of the name."""
    line: int
    """Place of its line in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of people."""

    columns: tuple[str, ...]
    """Its header."""
    lines: tuple[tuple[str, ...], ...]
    """All lines below the header, as they stand."""
    separator: str
    """What stands between cells."""
    rows: tuple[Row, ...]
    """The people in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Submissions and the class list."""

    submissions: tuple[Submission, ...]
    """All of them, with the list's names where they are on it."""
    missing: tuple[str, ...] = ()
    """Who is on the list and handed in nothing."""
    unknown: tuple[str, ...] = ()
    """Submissions of nobody on the list, or that could be of several."""


def plain(written: str) -> str:
    """Text in small letters, without accents and spaces around it."""
    decomposed = unicodedata.normalize("NFKD", written)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().strip()


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in whatever order they stand."""
    return frozenset(re.findall(r"[^\W_]+", plain(name)))


def read_table(path: Path, wanted: Iterable[str] = PEOPLE) -> Table:
    """Read a table of people, separated by commas, semicolons or tabs.

    `UsageError` where it can't be read, or has none of the wanted columns.
    """
    columns, lines, separator = _read_csv(path)
    places = {what: place for what, names in COLUMNS.items() if (place := _find(columns, names)) is not None}
    if not places.keys() & set(wanted):
        examples = ", ".join(COLUMNS[what][0] for what in wanted)
        raise UsageError(
            "{path} has no column that says who is who: expected one of {examples}, or their Spanish names; "
            "seen {seen}; name that column so in its first line",
            path=path,
            examples=examples,
            seen=listed(columns) or Words("nothing"),
        )
    rows = [row for at, line in enumerate(lines) if (row := _row(columns, line, places, at)) is not None]
    return Table(columns=columns, lines=lines, separator=separator, rows=tuple(rows))


def read_roster(path: Path) -> Table:
    """Read a class list; `UsageError` where it lists nobody."""
    table = read_table(path)
    if not table.rows:
        raise UsageError("{path} lists nobody: expected a line for each student below its header", path=path)
    return table


def people_of(roster: Table) -> str:
    """The list as a table (CSV) that says who is who and nothing else, such as marks."""
    known = {name for names in COLUMNS.values() for name in names}
    places = [place for place, column in enumerate(roster.columns) if plain(column) in known]
    stream = io.StringIO(newline="")
    lines = (line + ("",) * len(roster.columns) for line in (roster.columns, *roster.lines))
    csv.writer(stream).writerows([line[place] for place in places] for line in lines)
    return stream.getvalue()


def match_roster(submissions: Sequence[Submission], roster: Table) -> Matched:
    """Find who on the list handed in what, by number, account or address, else by name where that is one person's."""
    found = [_people(roster.rows, each.identity, each.student) for each in submissions]
    there = {id(row) for _, people in found for row in people}
    return Matched(
        submissions=tuple(_told(each, *people) for each, people in zip(submissions, found, strict=True)),
        missing=tuple(_title(row) for row in roster.rows if id(row) not in there),
        unknown=tuple(each.student for each, (_, people) in zip(submissions, found, strict=True) if not people),
    )


def find_people(rows: Sequence[Row], identity: Identity, label: str) -> list[Row]:
    """The person who this is, or all members of the group; none if somebody isn't there, or could be several.

    A group's members are those whom the download names, or those of whom the list says that they are in it.
    """
    return _people(rows, identity, label)[1]


def _people(rows: Sequence[Row], identity: Identity, label: str) -> tuple[Row | None, list[Row]]:
    """(the person, if it is no group; everybody who it is)."""
    if identity.group and identity.group == identity.name:
        members = [find_row(rows, each, each.name) for each in _members(identity)]
        return None, [] if None in members else list(filter(None, members))
    row = find_row(rows, identity, label)
    if row is not None:
        return row, [row]
    name = plain(identity.name or label)
    return None, [row for row in rows if name in map(plain, row.identity.group.split(","))]


def _members(identity: Identity) -> Iterator[Identity]:
    """The members of a group whose name is theirs; their numbers only where each has one."""
    names, ids = identity.name.split(BETWEEN), identity.id.split(BETWEEN)
    for place, name in enumerate(names):
        yield Identity(id=ids[place] if len(ids) == len(names) else "", name=name)


def find_row(rows: Sequence[Row], identity: Identity, label: str) -> Row | None:
    """The one person who this is; `None` if it is nobody, or could be several.

    A number is nobody's whose name is quite another one: the download may number people, or groups, in its own way.
    """
    keys = {plain(each) for each in (identity.id, label) if each}
    address = plain(identity.email)
    name = words_of(identity.name or label)
    joined = "".join(re.findall(r"[^\W_]+", plain(identity.name or label)))
    rules: tuple[Callable[[Row], bool], ...] = (
        lambda row: address in row.keys or (bool(row.keys & keys) and not _is_other_name(row, identity.name)),
        lambda row: bool(row.words) and row.words == name,
        lambda row: joined in _joined(row.identity.name),
        lambda row: len(row.words & name) >= ENOUGH and (row.words <= name or name <= row.words),
    )
    for rule in rules:
        fitting = [row for row in rows if rule(row)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _is_other_name(row: Row, name: str) -> bool:
    """Whether both have a name, and no word of one is in the other."""
    words, joined, theirs = words_of(name), "".join(words_of(name)), "".join(row.words)
    if not words or not row.words:
        return False
    return not any(word in joined for word in row.words) and not any(word in theirs for word in words)


@lru_cache(maxsize=4096)
def _joined(name: str) -> frozenset[str]:
    """A name without spaces, as Canvas writes it: beginning with any of its words; of a short one, some words alone."""
    words = re.findall(r"[^\W_]+", plain(name))
    if len(words) > MOST_WORDS:
        return frozenset("".join(words[place:] + words[:place]) for place in range(len(words)))
    counts = range(min(ENOUGH, len(words)), len(words) + 1)
    return frozenset("".join(some) for count in counts for some in permutations(words, count))


def _told(submission: Submission, row: Row | None, people: Sequence[Row]) -> Submission:
    """A submission with what the list says of its student, or with the names of the group's members."""
    said = submission.identity
    if row is None:
        names = [each.identity.name for each in people]
        together = BETWEEN.join(names)
        if not names or any(not name or BETWEEN in name for name in names):
            return submission
        return replace(submission, identity=replace(said, name=together, group=together))
    told = row.identity
    identity = replace(
        said,
        id=said.id or told.id,
        name=told.name or said.name,
        email=told.email or said.email,
        group=told.group or said.group,
        listed=listed_as(told),
    )
    return replace(submission, student=told.name or submission.student, identity=identity)


def listed_as(told: Identity) -> str:
    """What a class list says of who somebody is, whatever its letters are."""
    return plain(told.id or told.email or told.name)


def _title(row: Row) -> str:
    return row.identity.name or row.identity.id or row.identity.email


def _read_csv(path: Path) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], str]:
    """Header, lines and separator of a table; Excel's encoding of Western Europe is understood, too."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            "{path} can't be read ({reason}); name a table (CSV) of the class", path=path, reason=error.strerror
        ) from error
    if len(content) > MAX_BYTES or b"\0" in content:
        raise UsageError(
            "{path} is no table of a class: expected CSV, at most {mebibytes} MiB; save it as CSV",
            path=path,
            mebibytes=MAX_BYTES >> 20,
        )
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        written = content.decode("cp1252", "replace")
    first = written.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = [tuple(line) for line in csv.reader(io.StringIO(written, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise UsageError(
            "{path} can't be read as a table: {error}; save it as CSV again", path=path, error=error
        ) from error
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if not lines:
        raise UsageError("{path} is empty: expected a header and a line for each student", path=path)
    return tuple(cell.strip() for cell in lines[0]), tuple(lines[1:]), separator


def _find(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Place of the column that has the first of these names that one has."""
    known = [plain(column) for column in columns]
    return next((known.index(name) for name in names if name in known), None)


def _row(columns: Sequence[str], line: Sequence[str], places: Mapping[str, int], at: int) -> Row | None:
    """The person of a line; `None` for one that names nobody."""
    said = {what: line[place].strip() if place < len(line) else "" for what, place in places.items()}
    name = said.get("name") or " ".join(filter(None, (said.get("first"), said.get("last"))))
    if plain(name) in NOBODY_ROWS or not any(said.get(what) for what in PEOPLE):
        return None
    numbered = NUMBERED.fullmatch(said.get("id", ""))
    number = numbered["number"] if numbered else said.get("id", "")
    name = name or ("" if any(char.isdigit() for char in number) or " " not in number else number)
    identity = Identity(
        id=number or said.get("account", ""),
        name=clean(name),
        email=said.get("email", ""),
        group=said.get("group", ""),
    )
    return Row(identity=identity, keys=frozenset(_keys(columns, line, number)), words=words_of(name), line=at)


def _keys(columns: Sequence[str], line: Sequence[str], number: str) -> Iterator[str]:
    """Everything in a line that means one person alone."""
    named = {*COLUMNS["id"], *COLUMNS["account"], *COLUMNS["email"]}
    yield from filter(None, [plain(number)])
    for column, cell in zip(columns, line, strict=False):
        if plain(column) in named and cell.strip():
            yield plain(cell)
            if "@" in cell:
                yield plain(cell.partition("@")[0])
