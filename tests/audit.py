"""Compare pinned versions with known vulnerabilities.

It never ends well without having compared all of them. Run by a developer: `make audit` asks PyPI by pip-audit. `make
audit ADVISORIES=FOLDER` needs no network but a clone of pypa/advisory-database on GitHub.
"""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

OLD = 30  # days


def pinned(path):
    """Pinned versions of a file of constraints: {canonical name: version}."""
    lines = [line.partition("#")[0].strip() for line in Path(path).read_text().splitlines()]
    requirements = [Requirement(line) for line in lines if line]
    return {canonicalize_name(r.name): re.fullmatch("==(.+)", str(r.specifier))[1] for r in requirements}


def affects(affected, version):
    """Say whether an advisory names a version.

    The version is in its list, or in a range from "introduced" to before "fixed".
    """
    if version in affected.get("versions", ()):
        return True
    for found in affected.get("ranges", ()):
        inside = False
        for event in found["events"] if found["type"] == "ECOSYSTEM" else ():
            ((kind, place),) = event.items()
            if kind == "introduced" and (place == "0" or Version(version) >= Version(place)):
                inside = True
            elif (kind == "fixed" and Version(version) >= Version(place)) or (
                kind == "last_affected" and Version(version) > Version(place)
            ):
                inside = False
        if inside:
            return True
    return False


def in_clone(folder, versions):
    """Find advisories in a clone of the database.

    Returns sentences, and the day of the newest advisory.
    """
    found, days = [], []
    for path in Path(folder).glob("vulns/*/*.yaml"):
        advisory = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        days.append(str(advisory["modified"])[:10])
        for affected in advisory.get("affected", ()) if "withdrawn" not in advisory else ():
            name = canonicalize_name(affected["package"]["name"])
            try:
                hit = name in versions and affects(affected, versions[name])
            except InvalidVersion as error:
                raise click.ClickException(f"Not audited: {path.name} cannot be read ({error}).") from error
            if hit:
                found.append(f"{name} {versions[name]}: {advisory['id']} {' '.join(advisory.get('aliases', ()))}")
    if not days:
        raise click.ClickException(f"Not audited: {folder} has no advisories: give a clone of pypa/advisory-database.")
    return sorted(set(found)), max(days)


def at_pypi(path, versions):
    """Find advisories by pip-audit, which asks PyPI.

    Returns sentences, and today.
    """
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--requirement", path]
    done = subprocess.run([*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True)
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError) as error:
        last = done.stderr.strip().splitlines()[-1:] or ["pip-audit says nothing"]
        raise click.ClickException(f"Not audited: {last[0]}") from error
    compared = {canonicalize_name(answer["name"]) for answer in answers if "vulns" in answer}
    found = [
        f"{answer['name']} {answer['version']}: {vulnerability['id']} {' '.join(vulnerability['aliases'])}, "
        f"mended in {', '.join(vulnerability['fix_versions']) or 'no version'}"
        for answer in answers
        for vulnerability in answer.get("vulns", ())
    ]
    if lacking := sorted(versions.keys() - compared):
        for line in found:
            click.echo(line)
        raise click.ClickException(
            f"Not audited: PyPI's advisories are not reached for {len(lacking)} of {len(versions)} packages, such as "
            f"{', '.join(lacking[:3])}. Without PyPI: make audit ADVISORIES=a clone of pypa/advisory-database."
        )
    return found, date.today().isoformat()


@click.command()
@click.option("--advisories", type=click.Path(exists=True, file_okay=False), help="Clone of pypa/advisory-database.")
@click.option("--pinned", "path", type=click.Path(exists=True), default="constraints.txt", show_default=True)
def main(advisories, path):
    """Compare pinned versions with known vulnerabilities."""
    versions = pinned(path)
    found, day = in_clone(advisories, versions) if advisories else at_pypi(path, versions)
    for line in found:
        click.echo(line)
    if (age := (date.today() - date.fromisoformat(day)).days) > OLD:
        click.echo(f"Warning: the newest advisory is {age:,} days old. Later vulnerabilities are not found.", err=True)
    click.echo(f"{len(versions)} pinned versions, {len(found)} known vulnerabilities by the advisories up to {day}.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
