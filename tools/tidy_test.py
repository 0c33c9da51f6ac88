#!/usr/bin/env python3
"""Checks that each rule of tidy.py finds its violation, and leaves good code alone."""

import pathlib
import unittest

import tidy


def found(rule, path, text):
    return [message for _, message in rule(pathlib.Path(path), text.splitlines())]


class TidyTest(unittest.TestCase):
    def test_layers(self):
        self.assertEqual(found(tidy.check_includes, "src/model/a.h", '#include "base/result.h"'), [])
        self.assertEqual(found(tidy.check_includes, "src/model/a.h", '#include "engine/engine.h"'),
                         ["model must not include engine"])
        self.assertEqual(found(tidy.check_includes, "src/auth/a.h", '#include "model/number.h"'),
                         ["auth must not include model"])
        self.assertEqual(found(tidy.check_includes, "src/api/a.cc", '#include "fields.h"'),
                         ['"fields.h" is not a path below src'])

    def test_file_size(self):
        self.assertEqual(found(tidy.check_size, "src/base/a.cc", "x\n" * 600), [])
        self.assertEqual(len(found(tidy.check_size, "src/base/a.cc", "x\n" * 601)), 1)

    def test_names(self):
        self.assertEqual(found(tidy.check_name, "src/base/task_runner.h", ""), [])
        for path in ["src/utils/a.h", "src/base/string_helpers.h", "src/base/manager.cc"]:
            self.assertEqual(len(found(tidy.check_name, path, "")), 1, path)

    def test_type_comments(self):
        good = "// A thing.\nclass Thing {\n};\nclass Forward;\n// T.\ntemplate <typename T>\nstruct S {\n};\nenum class E { kA };  // one"
        self.assertEqual(found(tidy.check_type_comments, "src/base/a.h", good), [])
        for bad in ["class Thing {", "\nenum class E : uint8_t {", "x;\nstruct S final : Base {",
                    "enum class E { kA };"]:
            self.assertEqual(len(found(tidy.check_type_comments, "src/base/a.h", bad)), 1, bad)

    def test_function_length(self):
        def function(lines):
            return "int F(int a,\n      int b) const {\n" + "  x();\n" * lines + "}\n"
        self.assertEqual(found(tidy.check_functions, "src/base/a.cc", function(70)), [])
        self.assertEqual(len(found(tidy.check_functions, "src/base/a.cc", function(71))), 1)
        self.assertEqual(found(tidy.check_functions, "src/base/a.cc", "enum E {\n" + "  x,\n" * 99 + "};"), [])
        method = "class A {\n  void F() {\n" + "    x();\n" * 71 + "  }\n};\n"
        self.assertEqual(len(found(tidy.check_functions, "src/base/a.h", method)), 1)

    def test_paths(self):
        home = "/" + "home/someone/x"
        self.assertEqual(len(found(tidy.check_paths, "README.md", f"see {home}")), 1)
        self.assertEqual(found(tidy.check_paths, "README.md", "see docs/work/x and ./root/x"), [])

    def test_operation_files(self):
        self.assertEqual(tidy.snake_case("TransactWriteItems"), "transact_write_items")


if __name__ == "__main__":
    unittest.main()
