"""Decides whether a history of concurrent operations is strictly serializable.

An operation is a step on a few items that began and ended at known times. A history is right when all
its steps can be put in one order that keeps real time (what ended before another began stands before
it) and gives each step the result that its client saw. For steps on one item that is linearizability.
The search follows Wing and Gong, and remembers which sets of steps led to which states.
"""

import dataclasses
import typing

MISSING = None  # an item that is not there; also a counter that was never added to


@dataclasses.dataclass
class Step:
    """One call. `result` is what the client saw; None and `unanswered` when it saw nothing."""

    kind: str
    keys: tuple
    arguments: tuple
    began: float
    ended: float
    result: typing.Any = None
    unanswered: bool = False  # it took place before `ended`, or never


def apply(state, step):
    """The state after the step and its result. A state is a dictionary from key to value."""
    key = step.keys[0]
    value = state.get(key, MISSING)
    if step.kind == "get":
        return state, value
    if step.kind == "put":
        return {**state, key: step.arguments[0]}, "ok"
    if step.kind == "delete":
        return {**state, key: MISSING}, value
    if step.kind == "swap":  # a conditional update
        expected, new = step.arguments
        return ({**state, key: new}, "ok") if value == expected else (state, "failed")
    if step.kind == "add":
        new = (value or 0) + step.arguments[0]
        return {**state, key: new}, new
    if step.kind == "read":  # TransactGetItems
        return state, tuple(state.get(each, MISSING) for each in step.keys)
    if step.kind == "write":  # TransactWriteItems: a condition on the first key, then puts of all
        expected, new = step.arguments
        if value != expected:
            return state, "failed"
        return {**state, **{each: new for each in step.keys}}, "ok"
    if step.kind == "move":  # TransactWriteItems: from one counter to another
        source, target = step.keys
        return {**state, source: (state.get(source) or 0) - 1, target: (state.get(target) or 0) + 1}, "ok"
    raise ValueError(step.kind)


def freeze(state):
    return tuple(sorted((key, value) for key, value in state.items() if value is not MISSING))


class TooHard(Exception):
    """The search was given up; that says nothing about the history."""


def outcomes(states, steps, limit=2_000_000):
    """The states in which the steps can leave what was in one of `states`; none: the history is wrong.

    `states` is a set of frozen states. Nothing else ran while these steps did.
    """
    steps = sorted(steps, key=lambda step: step.began)
    answered = sum(1 << i for i, step in enumerate(steps) if not step.unanswered)
    ends = set()
    seen = set()
    stack = [(0, state) for state in states]
    while stack:
        done, frozen = stack.pop()
        if (done, frozen) in seen:
            continue
        seen.add((done, frozen))
        if len(seen) > limit:
            raise TooHard(f"{len(steps)} steps")
        if done & answered == answered:
            ends.add(frozen)
        state = dict(frozen)
        # The next step may be any that began before every remaining one had ended.
        first_end = min((step.ended for i, step in enumerate(steps) if not done >> i & 1 and not step.unanswered), default=float("inf"))
        for i, step in enumerate(steps):
            if step.began > first_end:
                break
            if done >> i & 1:
                continue
            after, result = apply(state, step)
            if step.unanswered or result == step.result:
                stack.append((done | 1 << i, freeze(after)))
    return ends


class History:
    """Rounds of steps with a pause between them, so that each round is judged by itself."""

    def __init__(self):
        self._tied = {}  # key -> the keys that are open together with it, and their possible states

    def add(self, steps):
        """Takes a round. Returns None when it fits what was before, else the steps that do not."""
        for keys, members in self._components(steps):
            after = outcomes(self._states_of(keys), members)
            if not after:
                return sorted(members, key=lambda step: step.began)
            self._settle(keys, after)
        return None

    def copy(self):
        twin = History()
        twin._tied = dict(self._tied)
        return twin

    def values(self, key):
        """What the item may be now."""
        return {dict(state).get(key, MISSING) for state in self._states_of({key})}

    def _components(self, steps):
        """The steps in groups that share no key, nor keys that are open together: judged apart."""
        groups = []
        for step in steps:
            keys, members = set(step.keys), [step]
            for key in step.keys:
                keys |= self._tied.get(key, ({key}, None))[0]
            for group in [group for group in groups if group[0] & keys]:
                groups.remove(group)
                keys |= group[0]
                members += group[1]
            groups.append((keys, members))
        return groups

    def _states_of(self, keys):
        """All that may be, over these keys."""
        combined = {()}
        for part in {self._tied[key] for key in keys if key in self._tied}:
            combined = {tuple(sorted(left + right)) for left in combined for right in part[1]}
        return combined

    def _settle(self, keys, after):
        """Keys whose value is certain stand alone again, so that groups do not grow for ever."""
        states = [dict(state) for state in after]
        unsettled = frozenset(key for key in keys if len({state.get(key, MISSING) for state in states}) > 1)
        for key in keys - unsettled:
            self._tied[key] = (frozenset({key}), frozenset({freeze({key: states[0].get(key, MISSING)})}))
        rest = frozenset(freeze({key: state.get(key, MISSING) for key in unsettled}) for state in states)
        for key in unsettled:
            self._tied[key] = (unsettled, rest)
