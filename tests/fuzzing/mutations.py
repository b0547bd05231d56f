"""Damaged and hostile files, made of good ones.

Bytes are changed, or structures say something else.
"""

import gzip
import io
import json
import struct
import warnings
import zipfile
from functools import cache

import numpy as np

NUMBERS = (0, 1, -1, 2, 7, 255, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**64, -(2**63), 10**30)
TEXTS = ("", "x", "../x", "/etc/passwd", "a\0b", "\udcff", "é" * 9, "nan", "1e999", "0x1F", "2024-05-31T12:00:00+02:00")
VALUES = (*NUMBERS, *TEXTS, 0.5, -0.0, 1e308, float("inf"), float("nan"), None, True, False, [], {}, [[]], {"": None})
SHAPES = ("()", "(0,)", "(-1,)", "(10**9,)", "(1000000000, 1000000000)", "(4,)", "(2, 3)", "(True,)", "[3]", "('a',)")
TYPES = ("|O", "<f8", ">f4", "<c16", "|b1", "<U2", "|S0", "<U0", "|V8", "<M8[ns]", "<m8", "<f2", "<U999999999", "zz")
LITERALS = (
    "1",
    "-2.5",
    "1e400",
    "9" * 5000,
    "(" * 300,
    "[" * 9,
    "-" * 4000 + "1",
    "{[]:1}",
    "1j",
    "b'x'",
    "'\\d'",
    "1if",
    "True",
)


def changed(data, random):
    """Bytes with one to four changes.

    Some are cut, flipped, doubled, removed, or overwritten by a telling number.
    """
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        place = random.randrange(len(data) + 1)
        length = min(random.choice((1, 2, 4, 8, 40, 400)), len(data) - place)
        match random.randrange(7):
            case 0:
                del data[place:]
            case 1 if length:
                data[place] ^= 1 << random.randrange(8)
            case 2:
                data[place:place] = data[place : place + length] * random.choice((1, 2, 9))
            case 3:
                del data[place : place + length]
            case 4:
                size, code = random.choice(((1, "B"), (2, "<H"), (4, "<I"), (4, ">I"), (8, "<Q")))
                data[place : place + size] = struct.pack(code, random.choice(NUMBERS) % 2 ** (8 * size))
            case 5:
                data[place : place + length] = random.randbytes(length)
            case 6:
                data[place:place] = random.randbytes(length)
    return bytes(data)


def json_text(data, random):
    """JSON in which one value is another, is not there or lies deep."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return changed(data, random)
    for _ in range(random.choice((1, 1, 2, 3))):
        tree = _other(tree, random)
    text = json.dumps(tree, ensure_ascii=random.random() < 0.9)
    if random.random() < 0.03:
        depth = random.choice((50, 990, 100_000))
        text = text.replace("null", "[" * depth + "]" * depth, 1)
    return text.encode(errors="surrogatepass")


def _other(tree, random):
    if random.random() < 0.2 or not isinstance(tree, list | dict) or not tree:
        return random.choice(VALUES)
    if isinstance(tree, list):
        place = random.randrange(len(tree))
        match random.randrange(4):
            case 0:
                return tree[:place] + tree[place + 1 :]
            case 1:
                return [*tree, tree[place]]
            case _:
                return [_other(value, random) if i == place else value for i, value in enumerate(tree)]
    name = random.choice(list(tree))
    match random.randrange(5):
        case 0:
            return {n: value for n, value in tree.items() if n != name}
        case 1:
            return tree | {random.choice((*TEXTS, *tree)): tree[name]}
        case _:
            return tree | {name: _other(tree[name], random)}


def json_lines(data, random):
    """Lines of JSON, one of which is another."""
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    lines[place] = json_text(lines[place], random)
    return b"\n".join(lines)


def npy(data, random):
    """An array whose header says something else."""
    if data[:6] != b"\x93NUMPY" or len(data) < 10 or random.random() < 0.3:
        return changed(data, random)
    length = struct.unpack("<H", data[8:10])[0]
    header, values = data[10 : 10 + length].decode("latin1"), data[10 + length :]
    match random.randrange(4):
        case 0:
            header = header[: header.find("(")] + random.choice(SHAPES) + header[header.find(")") + 1 :]
        case 1:
            start = header.find("'descr': ") + 9
            header = f"{header[:start]}{random.choice(TYPES)!r}{header[header.find(',', start) :]}"
        case 2:
            header = changed(header.encode("latin1"), random).decode("latin1")
        case 3:
            header = random.choice(LITERALS)
    header = header[:65_000].encode("latin1", "replace")
    return data[:8] + struct.pack("<H", len(header)) + header + values


def archive(data, random):
    """A zip archive with a member that is changed, renamed, doubled, promised or missing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = [(info.filename, file.read(info)) for info in file.infolist()]
    except Exception:  # it is changed already
        return changed(data, random)
    if not members or random.random() < 0.25:
        return changed(data, random)
    place = random.randrange(len(members))
    name, content = members[place]
    match random.randrange(8):
        case 0:
            members[place] = (
                random.choice(("../" + name, "/" + name, "C:\\" + name, name + "/", "é", "assets/a")),
                content,
            )
        case 1:
            members.append(members[place])
        case 2:
            del members[place]
        case 3:
            members[place] = name, bytes(random.choice((10, 10**5, 10**7)))
        case _:
            members[place] = name, BY_SUFFIX.get(name.rpartition(".")[2], changed)(content, random)
    packed = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(packed, "w", random.choice((0, 8, 8, 12))) as file:
        for name, content in members:
            file.writestr(name, content)
    return packed.getvalue()


def keras_file(data, random):
    """A .keras file with other settings, or changed as any archive.

    The settings have another class, function, shape or number.
    """
    if random.random() < 0.25:
        return archive(data, random)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = {info.filename: file.read(info) for info in file.infolist()}
        config = json.loads(members["config.json"])
    except Exception:  # it is changed already
        return archive(data, random)
    for _ in range(random.choice((1, 1, 2, 3))):
        config = _with_part(config, random)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in (members | {"config.json": json.dumps(config)}).items():
            file.writestr(name, content)
    return packed.getvalue()


def _with_part(tree, random):
    """Settings with another object, name or number somewhere, mostly deep inside."""
    if isinstance(tree, dict) and tree and random.random() < 0.85:
        name = random.choice(list(tree))
        if name in ("module", "class_name", "registered_name") and random.random() < 0.8:
            return tree | {name: random.choice((*_names(), *TEXTS, None))}
        return tree | {name: _with_part(tree[name], random)}
    if isinstance(tree, list) and tree and random.random() < 0.7:
        place = random.randrange(len(tree))
        return [*tree[:place], _with_part(tree[place], random), *tree[place + 1 :]]
    match random.randrange(6):
        case 0:
            return random.choice(VALUES)
        case 1:
            return [tree, tree]
        case 2:
            return {random.choice(("a", "layers", "config", "class_name", "build_config")): tree}
        case _:
            return _part(random, tree)


def _part(random, inner):
    """An object as Keras describes it.

    It is a class or a function of any of Keras's names, or one that is registered.
    """
    names = _names()
    name = random.choice(names)
    module, _, name = name.rpartition(".") if random.random() < 0.8 else ("keras", "", name)
    if random.random() < 0.15:
        name, inner = "function", random.choice(names)
    if random.random() < 0.1:
        module, name = "keras", f"layers.{name}"
    settings = {"name": "a", "layers": [inner], "function": inner, "n_bands": random.choice(NUMBERS)}
    config = inner if name == "function" else random.choice((settings, {}, {"name": "a"}, inner))
    registered = random.choice((None, None, name, f"kerasclust>{name}", random.choice(names)))
    found = {"module": module, "class_name": name, "config": config, "registered_name": registered}
    further = ({}, {}, {"build_config": {"input_shape": [None, random.choice(NUMBERS)]}}, {"compile_config": inner})
    return found | random.choice(further)


@cache
def _names():
    """Names of everything that Keras and kerasclust could find."""
    import keras

    from kerasclust.deployment.keras_config import KERAS_CLASSES

    modules = {name: getattr(keras, name) for name in dir(keras) if not name.startswith("_")}
    public = [f"keras.{name}.{inner}" for name, module in modules.items() for inner in dir(module) if inner[0] != "_"]
    ours = [f"kerasclust.{name.partition('>')[2]}" for name in keras.saving.get_custom_objects()]
    allowed = [f"{module}.{name}" for module, name in KERAS_CLASSES]
    registered = list(keras.saving.get_custom_objects())
    further = ["os.system", "subprocess.Popen", "builtins.eval", "keras.src.models.functional.Functional", "__lambda__"]
    return (*public, *20 * allowed, *20 * ours, *5 * registered, *20 * further)


def gzipped(data, random):
    """A gzip file of changed content, or a changed one."""
    try:
        content = gzip.decompress(data)
    except Exception:  # it is changed already
        return changed(data, random)
    return gzip.compress(changed(content, random), 1) if random.random() < 0.7 else changed(data, random)


def csv(data, random):
    """A table in which a cell, a row or a column is another."""
    rows = [line.split(b",") for line in data.split(b"\n")]
    place = random.randrange(len(rows))
    column = random.randrange(len(rows[place]))
    match random.randrange(8):
        case 0:
            rows.insert(place, rows[random.randrange(len(rows))])
        case 1:
            del rows[place]
        case 2:
            column = random.randrange(len(rows[0]))
            for row in rows:
                del row[column : column + 1]
        case 3:
            cell = str(random.choice(VALUES)).encode(errors="replace")
            for row in rows[1:]:
                row[column : column + 1] = [cell]
        case 4:
            rows[0][column % len(rows[0])] = random.choice((b"id", b"time", b"label", b"x", b"", b'"', rows[0][0]))
        case 5:
            return changed(data, random)
        case _:
            rows[place][column] = str(random.choice((*VALUES, '"', "-", "NA", "1,2", "\r"))).encode(errors="replace")
    return b"\n".join(map(b",".join, rows))


def parquet(data, random):
    """A changed file, or a good one of columns of any types."""
    import pyarrow as pa
    import pyarrow.parquet

    if random.random() < 0.6:
        return changed(data, random)
    n = random.choice((0, 1, 4, 6))
    kinds = (
        pa.array(np.arange(n) % 2),
        pa.array(np.arange(n, dtype="uint64") + 2**63),
        pa.array(np.linspace(-1, 1, n)),
        pa.array([None] * n, pa.null()),
        pa.array([1.5, None] * (n // 2) + [2.5] * (n % 2)),
        pa.array(list("abcdef"[:n])),
        pa.array(["a"] * n).dictionary_encode(),
        pa.array([b"\xff"] * n),
        pa.array([True] * n),
        pa.array([[1, 2]] * n),
        pa.array([{"a": 1}] * n),
        pa.array([10**11 + i for i in range(n)], pa.timestamp("us", random.choice((None, "UTC", "Europe/Berlin")))),
        pa.array(range(n), pa.duration("ms")),
        pa.array(range(n), pa.date32()),
        pa.array(range(n), pa.time32("s")),
        pa.array(range(n), pa.decimal128(38, 2)),
        pa.array(np.arange(n, dtype="float16")),
        pa.array([-(2**62)] * n, pa.timestamp("ms")),
    )
    names = [random.choice(("id", "time", "label", "a", "b", "", "user", "é")) for _ in range(random.randrange(1, 5))]
    columns = [random.choice(kinds) for _ in names]
    packed = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_arrays(columns, names=names), packed)
    return packed.getvalue()


def assignment(data, random):
    """A `name=value` text with another value."""
    name, _, value = data.decode(errors="replace").partition("=")
    match random.randrange(4):
        case 0:
            value = str(random.choice(VALUES))
        case 1:
            value = random.choice(LITERALS)
        case 2:
            value = changed(value.encode(), random).decode(errors="replace")
        case 3:
            name = random.choice(("units", "latent_dim", "frontend", "learning_rate", "initializer", "", "=", name))
    return f"{name}={value}".encode(errors="replace")


BY_SUFFIX = {"json": json_text, "npy": npy}
