"""The errors of the compiled parser, as errors of BMES."""

from contextlib import contextmanager

from kaitaistruct import EndOfStreamError, ValidationFailedError

# The offset of an error is that of the number which the parser read last.
LAST_NUMBER = object()

# By the place in the .ksy whose `valid` was not met: the class, and the offset in the file.
# None: the parser was in a substream, and Kaitai does not know where the substream begins.
CONDITIONS = {
    "/types/identification/seq/0": ("bad-magic", 0),
    "/types/identification/seq/1": ("unsupported-version", 4),
    # Versions 1 to 3
    "/types/body_v1/seq/1": ("truncated", None),  # bytecode_size
    "/types/body_v1/seq/2": ("trailing-bytes", None),  # bytecode
    "/types/body_v2/seq/0": ("trailing-bytes", None),  # bytecode_place
    "/types/bytecode_place/seq/0": ("bad-layout", None),  # bytecode_offset
    "/types/bytecode_place/seq/1": ("truncated", None),  # bytecode_size
    "/types/metadata/seq/2": ("bad-layout", None),  # padding
    "/types/request/seq/1": ("bad-flag", None),  # has_attributes
    "/types/import_entry/seq/0": ("bad-type", None),
    "/types/export_entry/seq/0": ("bad-type", None),
    "/types/count/seq/0": ("truncated", None),
    "/types/utf8_string/seq/0": ("truncated", None),  # length
    # Version 4
    "/types/header_v4/seq/0": ("bad-flag", 8),
    "/types/header_v4/seq/1": ("bad-layout", 12),  # alignment
    "/types/header_v4/seq/11": ("bad-layout", 12),  # check_alignment
    "/types/header_v4/seq/12": ("bad-layout", 16),  # check_metadata_size
    "/types/header_v4/seq/13": ("bad-layout", 100),  # check_text_crc
    "/types/header_v4/seq/14": ("bad-layout", 104),  # check_bytecode_crc
    "/types/header_v4/seq/15": ("bad-layout", 28),  # check_file_size
    "/types/header_v4/seq/16": ("truncated", 28),  # check_bytecode_bounds
    "/types/header_v4/seq/17": ("trailing-bytes", 28),  # check_end
    "/types/metadata_v4/seq/12": ("bad-layout", 16),  # check_equation
    "/types/metadata_v4/seq/13": ("bad-layout", 156),  # check_tolerant_import_count
    "/types/metadata_v4/seq/14": ("bad-layout", 140),  # check_declared_variable_count
    "/types/metadata_v4/seq/15": ("bad-layout", 144),  # check_lexical_variable_count
    "/types/metadata_v4/seq/16": ("bad-layout", 148),  # check_code_features
    "/types/metadata_v4/seq/17": ("bad-layout", 152),  # check_lexical_features
    "/types/metadata_v4/seq/18": ("bad-index", 116),  # check_string_bytes
    "/types/string_ends_v4/instances/values": ("bad-index", LAST_NUMBER),
    "/types/indices_v4/instances/values": ("bad-index", LAST_NUMBER),
    "/types/phases_v4/instances/values": ("bad-type", LAST_NUMBER),
    "/types/attribute_ends_v4/instances/check_total": ("bad-index", 124),
    "/types/attribute_ends_v4/instances/values": ("bad-index", LAST_NUMBER),
}


class Rejected(Exception):
    """The file is not valid: the class of the error, and its offset in the file if it is known."""

    def __init__(self, error_class, offset, message):
        super().__init__(message)
        self.error_class = error_class
        self.offset = offset


def rejection(error):
    """Returns the rejection for a condition of the .ksy that a file does not meet."""
    error_class, offset = CONDITIONS[error.src_path]
    if offset is LAST_NUMBER:
        offset = error.io.pos() - 4
    # Not str(error): it can have the whole bytecode in it.
    return Rejected(error_class, offset, error.src_path)


@contextmanager
def named_errors(stream, cut_at):
    """Turns the errors of the parser into rejections.

    `cut_at` is the offset to report for a file that ends too early. It is None if the parser
    uses substreams: then the position in `stream` is not the position of an error.
    """
    try:
        yield
    except EndOfStreamError as error:
        raise Rejected("truncated", cut_at, str(error)) from error
    except UnicodeDecodeError as error:
        offset = None
        if cut_at is not None:
            offset = stream.pos() - len(error.object) + error.start
        raise Rejected("bad-utf8", offset, error.reason) from error
    except ValidationFailedError as error:
        raise rejection(error) from error
