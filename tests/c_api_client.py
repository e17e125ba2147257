"""A client of parser/c_api.h through ctypes, which spells requests as c_api_client.c does."""

import ctypes

ABI_VERSION = 1
REQUEST, NEED_MORE = 0, 1
MAX_FIELDS = 100


class Span(ctypes.Structure):
    """prong_span"""
    _fields_ = [("offset", ctypes.c_uint32), ("size", ctypes.c_uint32)]


class Field(ctypes.Structure):
    """prong_field"""
    _fields_ = [("name", Span), ("value", Span)]


class Request(ctypes.Structure):
    """prong_request"""
    _fields_ = [("path", ctypes.c_void_p), ("content_length", ctypes.c_uint64),
                ("path_size", ctypes.c_uint32), ("size", ctypes.c_uint32), ("line", Span),
                ("authority", Span), ("query", Span), ("host", Span), ("method", ctypes.c_int32),
                ("target", ctypes.c_int32), ("names_directory", ctypes.c_int32),
                ("minor_version", ctypes.c_int32), ("chunked", ctypes.c_int32),
                ("expects_continue", ctypes.c_int32), ("persistent", ctypes.c_int32),
                ("field_count", ctypes.c_uint32), ("fields", Field * MAX_FIELDS)]


class Parser:
    """A prong_parser; a context manager that frees it."""

    def __init__(self, path: str):
        self._library = ctypes.CDLL(path)
        self._library.prong_parser_new.restype = ctypes.c_void_p
        self._library.prong_parser_parse.argtypes = (
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Request))
        for function in (self._library.prong_parser_free, self._library.prong_parser_reset):
            function.argtypes, function.restype = (ctypes.c_void_p,), None
        for function in (self._library.prong_rejection_sentence,
                         self._library.prong_rejection_reference):
            function.restype = ctypes.c_char_p
        assert self._library.prong_abi_version() == ABI_VERSION
        self._parser = self._library.prong_parser_new()

    def __enter__(self) -> "Parser":
        return self

    def __exit__(self, *_) -> None:
        self._library.prong_parser_free(self._parser)

    def spell_outcome(self, data: bytes) -> str:
        """All that the parser makes of `data`."""
        request = Request()
        outcome = self._library.prong_parser_parse(self._parser, data, len(data), request)
        if outcome == NEED_MORE:
            self._library.prong_parser_reset(self._parser)
            return "more"
        if outcome != REQUEST:
            return f"reject {outcome} status {self._library.prong_rejection_status(outcome)}"
        return _spell(data, request)

    def describe(self, number: int) -> tuple[int, bytes | None, bytes | None]:
        """The status, the sentence and the RFC section of a rejection."""
        return (self._library.prong_rejection_status(number),
                self._library.prong_rejection_sentence(number),
                self._library.prong_rejection_reference(number))


def _spell(data: bytes, request: Request) -> str:
    def text(span: Span) -> str:
        return data[span.offset:span.offset + span.size].hex()

    path = ctypes.string_at(request.path, request.path_size) if request.path_size else b""
    fields = "".join(f" name={text(field.name)} value={text(field.value)}"
                     for field in request.fields[:request.field_count])
    return (f"request size={request.size} method={request.method} target={request.target}"
            f" line={text(request.line)} authority={text(request.authority)} path={path.hex()}"
            f" query={text(request.query)} host={text(request.host)}"
            f" directory={request.names_directory} minor={request.minor_version}"
            f" chunked={request.chunked} length={request.content_length}"
            f" continue={request.expects_continue} persistent={request.persistent}"
            f" fields={request.field_count}{fields}")
