#!/usr/bin/env python3
"""The checker takes what is right and refuses what is not: histories written by hand."""

import unittest

from checker import MISSING, History, Step


def step(kind, keys, arguments, began, ended, result=None, unanswered=False):
    return Step(kind, tuple(keys.split()), tuple(arguments), began, ended, result, unanswered)


def fits(*rounds):
    history = History()
    return all(history.add(list(steps)) is None for steps in rounds)


def get(key, began, ended, result):
    return step("get", key, (), began, ended, result)


def put(key, value, began, ended, **more):
    return step("put", key, (value,), began, ended, "ok", **more)


class Registers(unittest.TestCase):
    def test_reads_see_the_last_write(self):
        self.assertTrue(fits([put("a", 1, 0, 1), get("a", 2, 3, 1)]))
        self.assertFalse(fits([put("a", 1, 0, 1), get("a", 2, 3, MISSING)]))
        self.assertFalse(fits([put("a", 1, 0, 1), put("a", 2, 2, 3), get("a", 4, 5, 1)]))

    def test_concurrent_writes_may_take_either_order(self):
        writes = [put("a", 1, 0, 10), put("a", 2, 0, 10)]
        self.assertTrue(fits([*writes, get("a", 11, 12, 1)]))
        self.assertTrue(fits([*writes, get("a", 11, 12, 2)]))
        self.assertFalse(fits([*writes, get("a", 11, 12, 1), get("a", 13, 14, 2)]))

    def test_reads_do_not_go_back(self):
        write = put("a", 1, 0, 10)
        self.assertTrue(fits([write, get("a", 1, 2, MISSING), get("a", 3, 4, 1)]))
        self.assertFalse(fits([write, get("a", 1, 2, 1), get("a", 3, 4, MISSING)]))

    def test_rounds_follow_each_other(self):
        self.assertTrue(fits([put("a", 1, 0, 1)], [get("a", 2, 3, 1)]))
        self.assertFalse(fits([put("a", 1, 0, 1)], [put("a", 2, 2, 3)], [get("a", 4, 5, 1)]))
        # Either may have been last; but only one was.
        writes = [put("a", 1, 0, 10), put("a", 2, 0, 10)]
        self.assertTrue(fits(writes, [get("a", 11, 12, 1)], [get("a", 13, 14, 1)]))
        self.assertFalse(fits(writes, [get("a", 11, 12, 1)], [get("a", 13, 14, 2)]))

    def test_a_swap_succeeds_once(self):
        def swap(began, ended, result):
            return step("swap", "a", (1, 2), began, ended, result)
        start = [put("a", 1, 0, 1)]
        self.assertTrue(fits(start, [swap(2, 9, "ok"), swap(2, 9, "failed")]))
        self.assertFalse(fits(start, [swap(2, 9, "ok"), swap(2, 9, "ok")]))
        self.assertFalse(fits(start, [swap(2, 9, "failed"), swap(2, 9, "failed")]))

    def test_deleting_answers_what_was_there(self):
        self.assertTrue(fits([put("a", 1, 0, 1), step("delete", "a", (), 2, 3, 1), get("a", 4, 5, MISSING)]))
        self.assertFalse(fits([put("a", 1, 0, 1), step("delete", "a", (), 2, 3, MISSING)]))


class Counters(unittest.TestCase):
    def test_each_sum_is_answered_once(self):
        def add(began, ended, result):
            return step("add", "c", (1,), began, ended, result)
        self.assertTrue(fits([add(0, 9, 2), add(0, 9, 1), add(0, 9, 3)]))
        self.assertFalse(fits([add(0, 9, 1), add(0, 9, 1)]))
        self.assertFalse(fits([add(0, 1, 2), add(2, 3, 1)]))


class Kills(unittest.TestCase):
    def test_what_was_not_answered_happened_or_not(self):
        lost = put("a", 1, 0, 5, unanswered=True)
        self.assertTrue(fits([lost], [get("a", 6, 7, 1)]))
        self.assertTrue(fits([lost], [get("a", 6, 7, MISSING)]))
        self.assertFalse(fits([lost], [get("a", 6, 7, MISSING)], [get("a", 8, 9, 1)]))
        self.assertFalse(fits([lost], [get("a", 6, 7, 2)]))

    def test_what_was_answered_happened(self):
        self.assertFalse(fits([put("a", 1, 0, 1), put("a", 2, 2, 3, unanswered=True)], [get("a", 4, 5, MISSING)]))


class Transactions(unittest.TestCase):
    def write(self, value, began, ended, expected=MISSING, **more):
        return step("write", "a b", (expected, value), began, ended, "ok", **more)

    def read(self, began, ended, *values):
        return step("read", "a b", (), began, ended, tuple(values))

    def test_are_whole(self):
        self.assertTrue(fits([self.write(1, 0, 9), self.read(0, 9, 1, 1)]))
        self.assertTrue(fits([self.write(1, 0, 9), self.read(0, 9, MISSING, MISSING)]))
        self.assertFalse(fits([self.write(1, 0, 9), self.read(0, 9, 1, MISSING)]))
        self.assertFalse(fits([self.write(1, 0, 5, unanswered=True)], [get("a", 6, 7, 1), get("b", 6, 7, MISSING)]))

    def test_have_one_order(self):
        """Two readers must not see two writers in two orders, though each item alone looks right."""
        steps = [put("a", 1, 0, 9), put("b", 1, 0, 9)]
        self.assertTrue(fits([*steps, self.read(0, 9, 1, MISSING), self.read(0, 9, 1, 1)]))
        self.assertFalse(fits([*steps, self.read(0, 9, 1, MISSING), self.read(0, 9, MISSING, 1)]))

    def test_do_not_skew(self):
        """Each reads what the other writes: one of them must have come first."""
        def guarded(first, second, began, ended):
            return step("write", f"{first} {second}", (MISSING, 1), began, ended, "ok")
        self.assertFalse(fits([guarded("a", "b", 0, 9), guarded("b", "a", 0, 9)]))

    def test_move_without_loss(self):
        move = step("move", "x y", (), 0, 9, "ok")
        self.assertTrue(fits([move], [step("read", "x y", (), 10, 11, (-1, 1))]))
        self.assertFalse(fits([move], [step("read", "x y", (), 10, 11, (MISSING, 1))]))


if __name__ == "__main__":
    unittest.main()
