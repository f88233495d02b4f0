// A C face for the parts of re2 that Flatalert uses. No logic; no C++ exception leaves it.
#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern. Immutable: any number of threads may search with one program at the same time.
typedef struct cre2_program cre2_program;

/// What went wrong with a pattern; the values are ours, so that they do not move with the library's.
typedef enum {
    CRE2_NO_ERROR = 0,
    CRE2_INTERNAL,
    CRE2_BAD_ESCAPE,
    CRE2_BAD_CHARACTER_CLASS,
    CRE2_BAD_CHARACTER_RANGE,
    CRE2_MISSING_BRACKET,
    CRE2_MISSING_PARENTHESIS,
    CRE2_UNEXPECTED_PARENTHESIS,
    CRE2_TRAILING_BACKSLASH,
    CRE2_REPEAT_ARGUMENT,
    CRE2_REPEAT_SIZE,
    CRE2_REPEAT_OPERATOR,
    CRE2_BAD_PERL_OPERATOR,
    CRE2_BAD_UTF8,
    CRE2_BAD_NAMED_CAPTURE,
    CRE2_PATTERN_TOO_LARGE
} cre2_error;

/// A group's place in the searched text; start is -1 when the group took no part.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_span;

/// Compiles a UTF-8 pattern within a memory bound in bytes. Null only when memory is exhausted; otherwise ask cre2_error_of.
cre2_program *cre2_compile(const char *pattern, size_t length, int64_t max_memory);
void cre2_free(cre2_program *program);

/// The error of a program, or CRE2_NO_ERROR when it is usable.
cre2_error cre2_error_of(const cre2_program *program);
/// The piece of the pattern that the error is about; valid as long as the program.
const char *cre2_error_argument(const cre2_program *program, size_t *length);

/// Whether the text has a match anywhere.
bool cre2_search(const cre2_program *program, const char *text, size_t length);
/// The leftmost match from a byte offset on; fills count spans, the whole match first.
bool cre2_match(const cre2_program *program, const char *text, size_t length, size_t start, cre2_span *spans, int count);

/// The number of groups, the whole match not counted.
int cre2_group_count(const cre2_program *program);
/// The number of a named group, or -1.
int cre2_group_number(const cre2_program *program, const char *name, size_t length);

#ifdef __cplusplus
}
#endif

#endif
