"""The files of an import, each with what will be made of it or why it will not be."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from oriel.domain.errors import InvalidInput
from oriel.domain.file_names import folder_of, is_litter, refusal_of, shown
from oriel.domain.image import MAX_LABELS_OF_UPLOAD
from oriel.domain.imports import MAX_FILES, ArchivePlace, FileStatus, Import, PlannedFile
from oriel.domain.label import LabelType
from oriel.domain.manifest import ManifestRow
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.zip_directory import DEFLATED, STORED, ZipEntry
from oriel.services.import_labels import MAX_LABEL_NAME, LabelBook
from oriel.values import dataclass

MAX_RATIO = 200
"""How much smaller a picture may be packed; those of one colour are, and bombs are far more so."""
RATIO_COUNTS_FROM = 1024**2
MAX_TOTAL_BYTES = 100 * 1024**3
PACKED_MARGIN = 64 * 1024
"""What packing may add to what cannot be packed."""
_NAMED = (LabelType.CATEGORY, LabelType.TAG)


class _Refused(Exception):
    """Why a file is not taken in."""


def rows_of_archive(
    entries: Sequence[ZipEntry], of: Import, book: LabelBook
) -> Sequence[PlannedFile]:
    """Plan the files of an archive and make the labels of their folders; raises InvalidInput."""
    files = [entry for entry in entries if not entry.is_folder]
    _check_count(len(files))
    if sum(entry.size_bytes for entry in files) > MAX_TOTAL_BYTES:
        raise InvalidInput(
            f"The archive unpacks to more than {MAX_TOTAL_BYTES // 1024**3} GB; send several"
        )
    names: set[str] = set()
    checks = [(entry, _ending(entry.name, names, partial(_check_entry, entry))) for entry in files]
    good = [entry.name for entry, ending in checks if ending is None]
    book.make(folder for name in good if (folder := _label_name(name)) is not None)
    return [_of_entry(index, *check, of, book) for index, check in enumerate(checks)]


def rows_of_manifest(
    listed: Iterator[ManifestRow], of: Import, book: LabelBook
) -> Sequence[PlannedFile]:
    """Plan the files of a manifest, whose labels must exist; raises InvalidInput."""
    names: set[str] = set()
    rows = []
    for index, row in enumerate(listed):
        _check_count(index + 1)
        rows.append(_of_row(index, row, of, book, names))
    return rows


def _check_count(count: int) -> None:
    if count > MAX_FILES:
        raise InvalidInput(f"An import takes at most {MAX_FILES} files; send several")


@dataclass(frozen=True, slots=True)
class _Ending:
    """What is known of a file before it is opened."""

    status: FileStatus
    reason: str


def _ending(name: str, names: set[str], check: Callable[[], None]) -> _Ending | None:
    """Return why a file is not opened, None where it is; notes its name."""
    if is_litter(name):
        return _Ending(FileStatus.SKIPPED, "It belongs to an operating system")
    refusal = refusal_of(name)
    if refusal is not None:
        return _Ending(FileStatus.FAILED, refusal)
    if name in names:
        return _Ending(FileStatus.SKIPPED, "A file of this name came before")
    names.add(name)
    try:
        check()
    except _Refused as reason:
        return _Ending(FileStatus.FAILED, str(reason))
    return None


def _check_entry(entry: ZipEntry) -> None:
    if entry.encrypted:
        raise _Refused("It is encrypted; pictures are taken in plain")
    if entry.is_special:
        raise _Refused("It is a link or a device and no file")
    if entry.method not in {STORED, DEFLATED}:
        raise _Refused("It is packed by a method that is not read here; use deflate")
    if entry.size_bytes == 0:
        raise _Refused("It is empty")
    if entry.size_bytes > MAX_PICTURE_BYTES:
        raise _Refused(f"It holds more than {MAX_PICTURE_BYTES // 1024**2} MB")
    if entry.packed_bytes > entry.size_bytes + PACKED_MARGIN:
        raise _Refused("Its sizes contradict each other")
    ratio = entry.size_bytes / max(1, entry.packed_bytes)
    if entry.size_bytes > RATIO_COUNTS_FROM and ratio > MAX_RATIO:
        raise _Refused(f"It unpacks to more than {MAX_RATIO} times its size")
    if len(_label_name(entry.name) or "") > MAX_LABEL_NAME:
        raise _Refused(f"The name of its folder is longer than {MAX_LABEL_NAME} characters")


def _label_name(name: str) -> str | None:
    return (folder_of(name) or "").strip() or None


def _of_entry(
    index: int, entry: ZipEntry, ending: _Ending | None, of: Import, book: LabelBook
) -> PlannedFile:
    if ending is not None:
        return PlannedFile(index, shown(entry.name), status=ending.status, reason=ending.reason)
    folder = _label_name(entry.name)
    label = None if folder is None else book.find(folder, [of.label_type])
    return PlannedFile(
        index=index,
        name=entry.name,
        label_ids=() if label is None else (label.id,),
        test_image=of.test_image,
        place=ArchivePlace(
            offset=entry.offset,
            packed_bytes=entry.packed_bytes,
            size_bytes=entry.size_bytes,
            crc=entry.crc,
            deflated=entry.method == DEFLATED,
        ),
    )


def _of_row(
    index: int, row: ManifestRow, of: Import, book: LabelBook, names: set[str]
) -> PlannedFile:
    if row.problem is not None:
        reason = shown(row.problem)
        return PlannedFile(index, shown(row.name), status=FileStatus.FAILED, reason=reason)
    ending = _ending(row.name, names, partial(_check_row, row, book))
    if ending is not None:
        return PlannedFile(index, shown(row.name), status=ending.status, reason=ending.reason)
    return PlannedFile(
        index=index,
        name=row.name,
        label_ids=tuple(dict.fromkeys(_id_of(text, _NAMED, book) for text in row.labels)),
        values={_id_of(text, [LabelType.VALUE], book): one for text, one in row.values.items()},
        meta_data=row.meta_data,
        test_image=of.test_image if row.test_image is None else row.test_image,
        real=row.real,
    )


def _check_row(row: ManifestRow, book: LabelBook) -> None:
    if len(row.labels) + len(row.values) > MAX_LABELS_OF_UPLOAD:
        raise _Refused(f"It names more than {MAX_LABELS_OF_UPLOAD} labels")
    for text in row.labels:
        _id_of(text, _NAMED, book)
    for text in row.values:
        _id_of(text, [LabelType.VALUE], book)


def _id_of(text: str, types: Sequence[LabelType], book: LabelBook) -> str:
    label = book.find(text, types)
    if label is None:
        raise _Refused(f"There is no {' or '.join(types)} label '{shown(text)}'")
    return label.id
