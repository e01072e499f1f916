"""Input channels: which object becomes which file."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

from infra.local.training_jobs.failures import JobFailed
from infra.local.training_jobs.storage import Location, Storage


def download_channels(storage: Storage, channels: list[dict[str, Any]], folder: Path) -> None:
    """Fetch each channel into a folder of its name; raises JobFailed."""
    for channel in channels:
        target = folder / channel["ChannelName"]
        target.mkdir(parents=True)
        source = channel["DataSource"]["S3DataSource"]
        place = Location.parse(source["S3Uri"])
        if source["S3DataType"] == "ManifestFile":
            wanted = manifest_files(storage.read(place), target)
        elif source["S3DataType"] == "S3Prefix":
            wanted = prefix_files(storage.keys(place), place, target)
        else:
            raise JobFailed(f"ClientError: {source['S3DataType']} channels are not served here")
        if not wanted:
            raise JobFailed(f"ClientError: no object found at {source['S3Uri']}")
        storage.download(wanted)


def prefix_files(keys: list[str], prefix: Location, target: Path) -> list[tuple[Location, Path]]:
    """Objects and their files, named from the prefix's last slash on."""
    folder = prefix.key[: prefix.key.rfind("/") + 1]
    return [(Location(prefix.bucket, key), _within(target, key[len(folder) :])) for key in keys]


def manifest_files(content: bytes, target: Path) -> list[tuple[Location, Path]]:
    """Objects and files of a manifest: `[{"prefix": "s3://.../"}, "name", ...]`.

    Raises:
        JobFailed: it is not a manifest, or a name leaves the channel's folder.
    """
    try:
        head, *names = json.loads(content)
        beginning = Location.parse(head["prefix"])
    except (ValueError, TypeError, KeyError) as error:
        raise JobFailed(f"ClientError: not a manifest: {error}") from error
    if not all(isinstance(name, str) for name in names):
        raise JobFailed("ClientError: not a manifest: every entry after the first is a string")
    return [
        (Location(beginning.bucket, beginning.key + name), _within(target, name)) for name in names
    ]


def _within(folder: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise JobFailed(f"ClientError: {name!r} is not a file name within a channel")
    return folder / path
