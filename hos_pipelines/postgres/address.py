"""Addresses of databases: all that libpq reads, told apart from what it would read wrongly, and no password shown.

libpq is asked to read an address; only why it cannot, and which part is to blame, is found out here, since its own
words quote what they refuse.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2")
SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+(%25[^\]]+)?\]|[^\[\]:]*)(:(\d*))?")
SEARCH_PATH = re.compile(r'\s*("(?:[^"]|"")*"|[^",\s]+)\s*(?:,|$)')
SETTING = re.compile(r"(?:-c\s*|--)([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
EXAMPLE = "such as postgresql://user:password@host:5432/holisticos"
ENCODE = "percent-encode special characters of user and password, such as %2F for / and %40 for @"
LONGEST_NAME = 63
LARGEST_PORT = 65_535


class AddressError(ValueError):
    """An address that cannot be used; the text names the part, and quotes no part of a password."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as a session is opened by it: what libpq is handed, and what is set once it is open.

    Settings that come as `options` are not sent along, since a pooler refuses or forgets them. `schema` is the one that
    is named, by `search_path`; without one it is the server's to say.
    """

    conninfo: str
    settings: Mapping[str, str]
    schema: str | None

    def __repr__(self) -> str:
        return f"Address({describe(self.conninfo)})"


def check_address(text: str) -> str:
    """The address, with a scheme libpq knows.

    Raises:
        AddressError: it cannot be used.
    """
    address = text.strip()
    found = SCHEME.match(address)
    if found is None and "=" in address and "://" not in address.partition("=")[0]:
        known = _read_address(
            address, "", "has a part that is no `name=value` PostgreSQL knows; quote values with spaces"
        )
    elif found is None or found[1] not in SCHEMES:
        raise AddressError(f"must start with postgresql://, {EXAMPLE}")
    else:
        address = f"postgresql://{address[found.end() :]}"
        known = _read_url(address)
    if not known.get("dbname") and not known.get("service"):
        raise AddressError(f"must name a database, {EXAMPLE}")
    parse(address)
    return address


def parse(address: str) -> Address:
    """An address that was checked, taken apart.

    Raises:
        AddressError: its options are others than settings.
    """
    known = parameters(address)
    settings = _settings_of(known.pop("options", ""))
    schema = _first_schema(settings.pop("search_path", ""))
    return Address(make_conninfo("", **known), settings, schema)


def parameters(address: str) -> dict[str, str]:
    """What libpq reads in an address, by its own names.

    Raises:
        AddressError: it cannot read it.
    """
    plain = re.sub(r"^postgresql\+psycopg2?://", "postgresql://", address)
    return _read_address(plain, "", "cannot be read")


def describe(address: str) -> str:
    """An address without its password, or any other secret."""
    try:
        known = parameters(address)
    except AddressError:
        return "an address that cannot be read"
    return _describe_known(known)


def secrets_of(address: str) -> list[str]:
    """What of an address must not be shown."""
    try:
        known = parameters(address)
    except AddressError:
        return []
    return [known[name] for name in SECRETS if known.get(name)]


def with_database(address: str, database: str) -> str:
    """The address of another database on the same server."""
    if not address.startswith("postgresql://"):
        return make_conninfo(address, dbname=database)
    place, mark, query = address.removeprefix("postgresql://").partition("?")
    if "@" in query and "@" not in place:  # a ? of the password
        return make_conninfo(address, dbname=database)
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("dbname="))
    return f"postgresql://{place.partition('/')[0]}/{quote(database, safe='')}{mark if kept else ''}{kept}"


def with_schema(address: str, schema: str) -> str:
    """The address of a schema in the same database.

    Raises:
        AddressError: no schema can have that name.
    """
    check_schema(schema)
    known = parameters(address)
    quoted = '"' + schema.replace('"', '""') + '"'
    option = "-csearch_path=" + re.sub(r"([\\\s])", r"\\\1", quoted)
    return make_conninfo("", **{**known, "options": f"{known.get('options', '')} {option}".strip()})


def without_schema(address: str) -> str:
    """The address without the schema it names."""
    known = parameters(address)
    if "search_path" not in _settings_of(known.get("options", "")):
        return address
    kept = _settings_of(known.pop("options"))
    kept.pop("search_path")
    escaped = (f"-c{name}=" + re.sub(r"([\\\s])", r"\\\1", value) for name, value in kept.items())
    options = {"options": " ".join(escaped)} if kept else {}
    return make_conninfo("", **known, **options)


def check_schema(name: str) -> str:
    """The name of a schema.

    Raises:
        AddressError: no schema can have it.
    """
    if not name or name.startswith("pg_") or name == "information_schema" or not name.isprintable():
        raise AddressError("must be the name of a schema, such as holisticos, and none of PostgreSQL's own")
    if len(name.encode()) > LONGEST_NAME:
        raise AddressError(f"must be the name of a schema, of at most {LONGEST_NAME} bytes")
    return name


def with_driver(url: str, driver: str) -> str:
    """The address for libraries that read the driver from the scheme."""
    return f"postgresql+{driver}{url.removeprefix('postgresql')}"


def _read_address(address: str, place: str, blame: str) -> dict[str, str]:
    try:
        known = conninfo_to_dict(address)
    except psycopg.Error:
        raise AddressError(f"{place}{blame}") from None
    except UnicodeDecodeError:
        raise AddressError(f"{place}cannot be reached: it has percent-encoded bytes that are no UTF-8") from None
    return {name: str(value) for name, value in known.items()}


def _read_url(address: str) -> dict[str, str]:
    rest = address.removeprefix("postgresql://")
    # As libpq looks for it: user and password end at the first @, if no / comes before it.
    login, at, place = rest.partition("@")
    if "/" in login:
        login, at, place = "", "", rest
    authority, _, tail = _split_authority(place)
    database, _, query = tail.partition("?")
    if at and "@" in authority:
        raise AddressError(f"has an unencoded @ in user or password; {ENCODE}")
    if "@" in database:
        where = "an unencoded / stands in user or password, or an @ in the name of the database"
        raise AddressError(f"has a host or port that is none; {ENCODE} ({where})")
    for host in authority.split(","):
        _require_host(host)
    shown = _show(login, authority, database)
    user, _, password = login.partition(":")
    for part, written in (("user", user), ("password", password), ("host", authority), ("database", database)):
        if BAD_PERCENT.search(written):
            raise AddressError(
                f"{shown}cannot be reached: its {part} has a % that two hexadecimal digits do not follow, or %00; "
                f"{ENCODE}, and %25 for %"
            )
        if re.search(r"[\s\0]", written):
            raise AddressError(f"has a space in its {part}; {ENCODE}, and %20 for a space")
    _require_options(query, shown)
    return _read_address(address, shown, f"cannot be reached: a part of it cannot be read; {ENCODE}")


def _split_authority(place: str) -> tuple[str, str, str]:
    """Hosts, and what follows them: the database, and options."""
    found = re.search(r"[/?]", place)
    if found is None:
        return place, "", ""
    start = found.start()
    return place[:start], place[start], place[start + 1 :] if place[start] == "/" else place[start:]


def _require_host(host: str) -> None:
    found = HOST.fullmatch(host)
    port = found[4] if found else None
    if found is None or (port and not 0 < int(port) <= LARGEST_PORT) or re.search(r"\s", host):
        raise AddressError(f"has a host or port that is none; {ENCODE}")


def _require_options(query: str, shown: str) -> None:
    """Names the option that libpq does not know, unless it may be the rest of a password."""
    for option in filter(None, query.split("&")):
        name, equals, value = option.partition("=")
        if not equals or BAD_PERCENT.search(option) or re.search(r"[=\s]", value):
            raise AddressError(f"{shown}cannot be reached: an option after its ? is no name=value; {ENCODE}, %26 for &")
        try:
            conninfo_to_dict(f"postgresql:///?{name}={'true' if name == 'ssl' else '1'}")
        except psycopg.Error:
            which = "one" if re.search(r"(?i)password|secret", query) else name
            raise AddressError(
                f"{shown}cannot be reached: of the options after its ? PostgreSQL does not know {which}; "
                "correct it, or leave it out"
            ) from None


def _show(login: str, authority: str, database: str) -> str:
    user = login.partition(":")[0]
    return f"postgresql://{user + '@' if user else ''}{authority}/{database} "


def _describe_known(known: Mapping[str, str]) -> str:
    if not known.get("dbname") and not known.get("host") and known.get("service"):
        return f"postgresql:///?service={known['service']}"
    user = f"{known['user']}@" if known.get("user") else ""
    return f"postgresql://{user}{_describe_hosts(known)}/{known.get('dbname', '')}"


def _describe_hosts(known: Mapping[str, str]) -> str:
    hosts = (known.get("host") or known.get("hostaddr") or "").split(",")
    ports = known.get("port", "").split(",")
    if len(ports) < len(hosts):
        ports = ports * len(hosts)
    shown = []
    for host, port in zip(hosts, ports, strict=False):
        if not host or host.startswith(("/", "@")):
            shown.append("local socket")
            continue
        name = f"[{host}]" if ":" in host else host
        shown.append(f"{name}:{port}" if port else name)
    return ",".join(shown)


def _settings_of(options: str) -> dict[str, str]:
    """The settings in `options`, as the server reads them: parts end at spaces that no backslash precedes."""
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.findall(r"(?:\\.|[^\s\\])+", options)]
    settings: dict[str, str] = {}
    while parts:
        part = parts.pop(0)
        if part == "-c" and parts:
            part += parts.pop(0)
        found = SETTING.fullmatch(part)
        if found is None:
            raise AddressError("has options other than settings; write them as options=-cname=value, percent-encoded")
        settings[found[1].replace("-", "_")] = found[2]
    return settings


def _first_schema(search_path: str) -> str | None:
    for name in SEARCH_PATH.findall(search_path):
        if name not in ("$user", '"$user"'):
            return check_schema(name[1:-1].replace('""', '"') if name.startswith('"') else name.lower())
    return None
