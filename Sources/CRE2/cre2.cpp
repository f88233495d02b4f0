#include "CRE2.h"

#include <re2/re2.h>

#include <map>
#include <string>
#include <vector>

struct cre2_program {
    cre2_program(re2::StringPiece pattern, const RE2::Options &options) : regex(pattern, options) {}
    RE2 regex;
};

cre2_program *cre2_compile(const char *pattern, size_t length, int64_t max_memory) {
    try {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(max_memory);
        return new cre2_program(re2::StringPiece(pattern, length), options);
    } catch (...) {
        return nullptr;
    }
}

void cre2_free(cre2_program *program) { delete program; }

cre2_error cre2_error_of(const cre2_program *program) {
    switch (program->regex.error_code()) {
    case RE2::NoError: return CRE2_NO_ERROR;
    case RE2::ErrorBadEscape: return CRE2_BAD_ESCAPE;
    case RE2::ErrorBadCharClass: return CRE2_BAD_CHARACTER_CLASS;
    case RE2::ErrorBadCharRange: return CRE2_BAD_CHARACTER_RANGE;
    case RE2::ErrorMissingBracket: return CRE2_MISSING_BRACKET;
    case RE2::ErrorMissingParen: return CRE2_MISSING_PARENTHESIS;
    case RE2::ErrorUnexpectedParen: return CRE2_UNEXPECTED_PARENTHESIS;
    case RE2::ErrorTrailingBackslash: return CRE2_TRAILING_BACKSLASH;
    case RE2::ErrorRepeatArgument: return CRE2_REPEAT_ARGUMENT;
    case RE2::ErrorRepeatSize: return CRE2_REPEAT_SIZE;
    case RE2::ErrorRepeatOp: return CRE2_REPEAT_OPERATOR;
    case RE2::ErrorBadPerlOp: return CRE2_BAD_PERL_OPERATOR;
    case RE2::ErrorBadUTF8: return CRE2_BAD_UTF8;
    case RE2::ErrorBadNamedCapture: return CRE2_BAD_NAMED_CAPTURE;
    case RE2::ErrorPatternTooLarge: return CRE2_PATTERN_TOO_LARGE;
    case RE2::ErrorInternal: return CRE2_INTERNAL;
    }
    return CRE2_INTERNAL;
}

const char *cre2_error_argument(const cre2_program *program, size_t *length) {
    const std::string &argument = program->regex.error_arg();
    *length = argument.size();
    return argument.data();
}

bool cre2_search(const cre2_program *program, const char *text, size_t length) {
    return cre2_match(program, text, length, 0, nullptr, 0);
}

bool cre2_match(const cre2_program *program, const char *text, size_t length, size_t start, cre2_span *spans, int count) {
    try {
        // An empty StringPiece of null would make "no match" and "empty match" look the same.
        const char *base = text != nullptr ? text : "";
        std::vector<re2::StringPiece> groups(static_cast<size_t>(count));
        bool found = program->regex.Match(
            re2::StringPiece(base, length), start, length, RE2::UNANCHORED, count > 0 ? groups.data() : nullptr, count);
        for (int i = 0; found && i < count; i++) {
            const re2::StringPiece &group = groups[static_cast<size_t>(i)];
            bool took_part = group.data() != nullptr;
            spans[i].start = took_part ? group.data() - base : -1;
            spans[i].end = took_part ? spans[i].start + static_cast<ptrdiff_t>(group.size()) : -1;
        }
        return found;
    } catch (...) {
        return false;
    }
}

int cre2_group_count(const cre2_program *program) { return program->regex.NumberOfCapturingGroups(); }

int cre2_group_number(const cre2_program *program, const char *name, size_t length) {
    try {
        const std::map<std::string, int> &names = program->regex.NamedCapturingGroups();
        auto found = names.find(std::string(name, length));
        return found == names.end() ? -1 : found->second;
    } catch (...) {
        return -1;
    }
}
