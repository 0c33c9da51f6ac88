"""Random requests that mean something: most succeed, some fail for a good reason.

Everything comes from one random.Random, so a seed names a sequence. A request is described with what
the comparison needs to know about it: which items it may write, and whether its answer has an order.
"""

import base64
import dataclasses

KEY_VALUES = {
    "S": [{"S": text} for text in ("a", "b", "c", "é", "user#1", "user#2", "\U0001F600")],
    "N": [{"N": text} for text in ("0", "1", "-1", "10", "2.5", "1e3", "-100")],
    "B": [{"B": base64.b64encode(data).decode()} for data in (b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"ab")],
}
NUMBERS = ["0", "1", "-1", "2", "5", "10", "1.5", "-2.25", "1e3", "1000", "-0", "00042", "1E+20", "0.1", ".5", "5.", "+7",
           "12345678901234567890123456789012345678", "9.9e125", "1e-130", "-1e125"]
BAD_NUMBERS = ["1e126", "1e-131", "abc", "", " 1", "1_0", "NaN", "123456789012345678901234567890123456789"]
STRINGS = ["", "x", "hello", "hell", "é", "\U0001F600", "zz", "user#1", "10"]
NAMES = ["a", "b", "c", "d", "e", "m", "l", "s"]
NESTED = ["e", "m", "l", "s"]
RESERVED = ["name", "status", "Count", "year", "size"]
TYPES = ["S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"]
SCALARS = ["S", "N", "B"]


@dataclasses.dataclass
class Table:
    name: str
    keys: list  # [(attribute, type)], hash first
    indexes: dict  # name -> [(attribute, type)]
    definition: dict


@dataclasses.dataclass
class Request:
    operation: str
    parameters: dict
    writes: list = dataclasses.field(default_factory=list)  # [(Table, key)]
    paged: bool = False  # ask for all pages and compare them together
    ordered: bool = True


def key_schema(keys, hashes=1):
    return [{"AttributeName": name, "KeyType": "HASH" if i < hashes else "RANGE"} for i, (name, _) in enumerate(keys)]


def make_table(name, keys, global_indexes=None, local_indexes=None, hashes=None):
    """Indexes are name -> (keys, projection)."""
    indexes, attributes = {}, dict(keys)
    definition = {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": key_schema(keys)}
    for member, group in (("GlobalSecondaryIndexes", global_indexes), ("LocalSecondaryIndexes", local_indexes)):
        for index, (index_keys, projection) in (group or {}).items():
            indexes[index] = index_keys
            attributes.update(index_keys)
            definition.setdefault(member, []).append({
                "IndexName": index, "KeySchema": key_schema(index_keys, (hashes or {}).get(index, 1)), "Projection": projection})
    definition["AttributeDefinitions"] = [{"AttributeName": a, "AttributeType": t} for a, t in attributes.items()]
    return Table(name, keys, indexes, definition)


ALL = {"ProjectionType": "ALL"}
KEYS_ONLY = {"ProjectionType": "KEYS_ONLY"}


def tables(prefix):
    return [
        make_table(prefix + "-simple", [("pk", "S")], {"ByA": ([("a", "S")], ALL)}),
        make_table(prefix + "-sorted", [("pk", "S"), ("sk", "N")], {"ByB": ([("b", "N"), ("a", "S")], KEYS_ONLY)},
                   {"ByC": ([("pk", "S"), ("c", "S")], {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["d"]})}),
        make_table(prefix + "-numbers", [("pk", "N"), ("sk", "S")]),
        make_table(prefix + "-binary", [("pk", "B"), ("sk", "B")]),
        make_table(prefix + "-multi", [("pk", "S")], {"Multi": ([("a", "S"), ("b", "N"), ("c", "S"), ("d", "N")], ALL)}, hashes={"Multi": 2}),
    ]


class Generator:
    def __init__(self, rng, prefix):
        self.rng = rng
        self.tables = tables(prefix)

    def chance(self, probability):
        return self.rng.random() < probability

    # Values

    def value(self, depth=0):
        kind = self.rng.choice(TYPES if depth < 2 else SCALARS)
        if kind in ("S", "N", "B"):
            return self.scalar(kind)
        if kind in ("SS", "NS", "BS"):
            members = [self.scalar(kind[0], errors=0)[kind[0]] for _ in range(self.rng.randrange(1, 4))]
            return {kind: members if self.chance(0.03) else sorted(set(members))}
        if kind == "BOOL":
            return {"BOOL": self.chance(0.5)}
        if kind == "NULL":
            return {"NULL": not self.chance(0.03)}
        if kind == "L":
            return {"L": [self.value(depth + 1) for _ in range(self.rng.randrange(4))]}
        return {"M": {name: self.value(depth + 1) for name in self.rng.sample(["x", "y", "z"], self.rng.randrange(4))}}

    def scalar(self, kind, errors=0.03):
        if kind == "S":
            return {"S": self.rng.choice(STRINGS)}
        if kind == "N":
            return {"N": self.rng.choice(BAD_NUMBERS if self.chance(errors) else NUMBERS)}
        return {"B": base64.b64encode(bytes(self.rng.randrange(256) for _ in range(self.rng.randrange(4)))).decode()}

    def key(self, table, errors=0.03):
        key = {name: self.rng.choice(KEY_VALUES[kind]) for name, kind in table.keys}
        if self.chance(errors):
            name = self.rng.choice(list(key))
            mistake = self.rng.randrange(4)
            if mistake == 0:
                del key[name]
            elif mistake == 1:
                key["extra"] = {"S": "x"}
            else:
                key[name] = self.value() if mistake == 2 else {"S": ""}
        return key

    def item(self, table):
        item = self.key(table)
        typed = {name: kind for index in table.indexes.values() for name, kind in index}
        for name in self.rng.sample(NAMES, self.rng.randrange(6)):
            if name not in item:
                right_type = name in typed and not self.chance(0.05)
                item[name] = self.rng.choice(KEY_VALUES[typed[name]]) if right_type else self.value()
        return item

    # Expressions

    def pick_table(self):
        return self.rng.choice(self.tables)

    def request(self):
        kinds = [(self.put, 16), (self.update, 22), (self.delete, 8), (self.get, 10), (self.query, 16), (self.scan, 6),
                 (self.batch_write, 4), (self.batch_get, 4), (self.transact_write, 6), (self.transact_get, 3)]
        make = self.rng.choices([make for make, _ in kinds], [weight for _, weight in kinds])[0]
        return make()

    def put(self):
        table = self.pick_table()
        item = self.item(table)
        builder = Builder(self, table)
        parameters = {"TableName": self.name_of(table), "Item": item, **builder.condition_parameters()}
        if self.chance(0.4):
            parameters["ReturnValues"] = self.rng.choice(["NONE", "ALL_OLD"] if not self.chance(0.03) else ["ALL_NEW"])
        return Request("PutItem", parameters, [(table, self.key_of(table, item))])

    def delete(self):
        table = self.pick_table()
        key = self.key(table)
        parameters = {"TableName": self.name_of(table), "Key": key, **Builder(self, table).condition_parameters()}
        if self.chance(0.4):
            parameters["ReturnValues"] = self.rng.choice(["NONE", "ALL_OLD"] if not self.chance(0.03) else ["UPDATED_OLD"])
        return Request("DeleteItem", parameters, [(table, self.key_of(table, key))])

    def update(self):
        table = self.pick_table()
        key = self.key(table)
        builder = Builder(self, table)
        parameters = {"TableName": self.name_of(table), "Key": key, "ReturnValues": self.rng.choice(["ALL_NEW", "ALL_NEW", "ALL_OLD", "NONE"])}
        if not self.chance(0.03):
            parameters["UpdateExpression"] = builder.update()
        if self.chance(0.3):
            parameters["ConditionExpression"] = builder.condition()
        parameters.update(builder.placeholders())
        return Request("UpdateItem", parameters, [(table, self.key_of(table, key))])

    def get(self):
        table = self.pick_table()
        builder = Builder(self, table)
        parameters = {"TableName": self.name_of(table), "Key": self.key(table), "ConsistentRead": True}
        if self.chance(0.6):
            parameters["ProjectionExpression"] = builder.projection()
        parameters.update(builder.placeholders())
        return Request("GetItem", parameters)

    def query(self):
        table = self.pick_table()
        index = self.rng.choice(list(table.indexes)) if table.indexes and self.chance(0.4) else None
        builder = Builder(self, table)
        parameters = {"TableName": self.name_of(table), "KeyConditionExpression": builder.key_condition(table.indexes[index] if index else table.keys)}
        if index:
            parameters["IndexName"] = index if not self.chance(0.03) else "Unknown"
        if self.chance(0.4):
            parameters["FilterExpression"] = builder.condition()
        if self.chance(0.3):
            parameters["ProjectionExpression"] = builder.projection()
        if self.chance(0.3):
            parameters["ScanIndexForward"] = self.chance(0.5)
        if self.chance(0.3):
            parameters["Limit"] = self.rng.choice([1, 2, 3, 10])
        if self.chance(0.05):
            parameters["Select"] = self.rng.choice(["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        parameters.update(builder.placeholders())
        return Request("Query", parameters, paged=True, ordered=index is None)  # Q4: ties have no order

    def scan(self):
        table = self.pick_table()
        builder = Builder(self, table)
        parameters = {"TableName": self.name_of(table)}
        if table.indexes and self.chance(0.3):
            parameters["IndexName"] = self.rng.choice(list(table.indexes))
        if self.chance(0.6):
            parameters["FilterExpression"] = builder.condition()
        if self.chance(0.3):
            parameters["ProjectionExpression"] = builder.projection()
        if self.chance(0.3):
            parameters["Limit"] = self.rng.choice([1, 3, 10])
        parameters.update(builder.placeholders())
        return Request("Scan", parameters, paged=True, ordered=False)

    def batch_write(self):
        requests, writes = {}, []
        for table in self.rng.sample(self.tables, self.rng.randrange(1, 3)):
            for _ in range(self.rng.randrange(1, 6)):
                if self.chance(0.7):
                    item = self.item(table)
                    entry = {"PutRequest": {"Item": item}}
                else:
                    item = self.key(table)
                    entry = {"DeleteRequest": {"Key": item}}
                requests.setdefault(table.name, []).append(entry)
                writes.append((table, self.key_of(table, item)))
        return Request("BatchWriteItem", {"RequestItems": requests}, writes)

    def batch_get(self):
        requests = {}
        for table in self.rng.sample(self.tables, self.rng.randrange(1, 3)):
            builder = Builder(self, table)
            keys = [self.key(table, 0.01) for _ in range(self.rng.randrange(1, 6))]
            distinct = list({repr(key): key for key in keys}.values())
            requests[table.name] = {"Keys": keys if self.chance(0.1) else distinct, "ConsistentRead": True}
            if self.chance(0.3):
                requests[table.name]["ProjectionExpression"] = builder.projection()
            requests[table.name].update(builder.placeholders())
        return Request("BatchGetItem", {"RequestItems": requests}, ordered=False)

    def transact_write(self):
        actions, writes, seen = [], [], set()
        for _ in range(self.rng.randrange(1, 5)):
            table = self.pick_table()
            builder = Builder(self, table)
            kind = self.rng.choice(["Put", "Update", "Delete", "ConditionCheck"])
            target = self.item(table) if kind == "Put" else self.key(table)
            key = self.key_of(table, target)
            if repr((table.name, key)) in seen and not self.chance(0.1):
                continue
            seen.add(repr((table.name, key)))
            action = {"TableName": table.name, ("Item" if kind == "Put" else "Key"): target}
            if kind == "Update":
                action["UpdateExpression"] = builder.update()
            if kind == "ConditionCheck" or self.chance(0.3):
                action["ConditionExpression"] = builder.condition()
            if self.chance(0.2):
                action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            action.update(builder.placeholders())
            actions.append({kind: action})
            writes.append((table, key))
        return Request("TransactWriteItems", {"TransactItems": actions}, writes)

    def transact_get(self):
        actions = []
        for _ in range(self.rng.randrange(1, 4)):
            table = self.pick_table()
            builder = Builder(self, table)
            action = {"TableName": table.name, "Key": self.key(table)}
            if self.chance(0.3):
                action["ProjectionExpression"] = builder.projection()
            action.update(builder.placeholders())
            actions.append({"Get": action})
        return Request("TransactGetItems", {"TransactItems": actions})

    def name_of(self, table):
        return "no-such-table" if self.chance(0.005) else table.name

    @staticmethod
    def key_of(table, item):
        return {name: item[name] for name, _ in table.keys if name in item}


class Builder:
    """The expressions of one request, and their placeholders."""

    def __init__(self, generator, table):
        self.generator, self.table, self.rng, self.chance = generator, table, generator.rng, generator.chance
        self.names, self.values, self.targets = {}, {}, set()

    def placeholders(self):
        if self.chance(0.01):
            self.values[":unused"] = {"S": "x"}
        result = {}
        if self.names:
            result["ExpressionAttributeNames"] = self.names
        if self.values:
            result["ExpressionAttributeValues"] = self.values
        return result

    def condition_parameters(self):
        if not self.chance(0.35):
            return {}
        return {"ConditionExpression": self.condition(), **self.placeholders()}

    def literal(self, value):
        name = f":v{len(self.values)}"
        if not self.chance(0.003):
            self.values[name] = value
        return name

    def name(self, attribute):
        if not self.chance(0.2):
            return attribute
        placeholder = f"#n{len(self.names)}"
        if not self.chance(0.01):
            self.names[placeholder] = attribute
        return placeholder

    def path(self):
        names = NAMES + [name for name, _ in self.table.keys] if self.chance(0.3) else NAMES
        return self.nested(self.rng.choice(RESERVED if self.chance(0.005) else names))

    def nested(self, name):
        """Mostly only where an index has no key, which must be a scalar."""
        path = self.name(name)
        while self.chance(0.15 if name in NESTED else 0.01):
            path += f"[{self.rng.randrange(3)}]" if self.chance(0.5) else "." + self.name(self.rng.choice("xyz"))
        return path

    def target(self):
        """A path that an update writes; mostly none that overlaps with another."""
        free = [name for name in NAMES if name not in self.targets]
        if not free or self.chance(0.03):
            return self.path()
        name = self.rng.choice(free)
        self.targets.add(name)
        return self.nested(name)

    def operand(self):
        roll = self.rng.random()
        if roll < 0.4:
            return self.path()
        if roll < 0.9:
            return self.literal(self.generator.value())
        return f"size({self.path()})"

    def condition(self, depth=0):
        if depth < 3 and self.chance(0.35):
            kind = self.rng.choice(["AND", "OR", "NOT", "()"])
            if kind == "NOT":
                return f"NOT {self.condition(depth + 1)}"
            if kind == "()":
                return f"({self.condition(depth + 1)})"
            return f"{self.condition(depth + 1)} {kind} {self.condition(depth + 1)}"
        return self.rng.choice([self.compare, self.compare, self.function, self.function, self.between, self.within])()

    def compare(self):
        return f"{self.operand()} {self.rng.choice(['=', '=', '<>', '<', '<=', '>', '>='])} {self.operand()}"

    def between(self):
        kind = self.rng.choice(SCALARS)
        low, high = (self.literal(self.generator.scalar(kind)) for _ in range(2))
        return f"{self.path()} BETWEEN {low} AND {high}"

    def within(self):
        return f"{self.operand()} IN ({', '.join(self.operand() for _ in range(self.rng.randrange(1, 4)))})"

    def function(self):
        kind = self.rng.choice(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"])
        if kind.endswith("exists"):
            return f"{kind}({self.path()})"
        if kind == "attribute_type":
            argument = self.literal({"S": self.rng.choice(TYPES + (["Q"] if self.chance(0.1) else []))})
        elif kind == "begins_with":
            argument = self.literal(self.generator.scalar(self.rng.choice("SSSSSSSBBN")))
        else:
            argument = self.literal(self.generator.value(1)) if self.chance(0.8) else self.path()
        return f"{kind}({self.path()}, {argument})"

    def projection(self):
        return ", ".join(self.path() for _ in range(self.rng.randrange(1, 4)))

    def key_condition(self, keys):
        hash_name, hash_type = keys[0]
        parts = [f"{hash_name} = {self.literal(self.rng.choice(KEY_VALUES[hash_type]))}"]
        for name, kind in keys[1:]:
            if self.chance(0.4) and len(keys) == 2:
                break
            value = self.literal(self.rng.choice(KEY_VALUES[kind]) if not self.chance(0.03) else self.generator.value())
            form = self.rng.choice(["=", "=", "<", "<=", ">", ">=", "between", "begins_with", "<>"])
            if form == "between":
                parts.append(f"{name} BETWEEN {value} AND {self.literal(self.rng.choice(KEY_VALUES[kind]))}")
            elif form == "begins_with":
                parts.append(f"begins_with({name}, {value})")
            else:
                parts.append(f"{name} {form} {value}")
        if self.chance(0.1):
            self.rng.shuffle(parts)
        return " AND ".join(parts)

    def update(self):
        clauses = []
        for kind in self.rng.sample(["SET", "REMOVE", "ADD", "DELETE"], self.rng.choice([1, 1, 1, 2, 3])):
            actions = [getattr(self, "action_" + kind.lower())() for _ in range(self.rng.choice([1, 1, 2, 3]))]
            clauses.append(f"{kind} {', '.join(actions)}")
        return " ".join(clauses)

    def action_set(self):
        roll = self.rng.random()
        if roll < 0.5:
            right = self.literal(self.generator.value())
        elif roll < 0.7:
            right = f"{self.number()} {self.rng.choice('+-')} {self.number()}"
        elif roll < 0.8:
            right = f"if_not_exists({self.path()}, {self.operand()})"
        elif roll < 0.9:
            right = f"list_append({self.list()}, {self.list()})"
        else:
            right = self.path()
        return f"{self.target()} = {right}"

    def number(self):
        if self.chance(0.3):
            return self.path()
        if self.chance(0.5):
            return f"if_not_exists({self.path()}, {self.literal(self.generator.scalar('N'))})"
        return self.literal(self.generator.scalar("N"))

    def list(self):
        return self.path() if self.chance(0.4) else self.literal({"L": [self.generator.value(1)]})

    def action_remove(self):
        return self.target()

    def action_add(self):
        kind = self.rng.choice(["N", "N", "SS", "NS", "BS"])
        value = self.generator.scalar("N") if kind == "N" else {kind: [self.generator.scalar(kind[0], 0)[kind[0]]]}
        return f"{self.target()} {self.literal(value if not self.chance(0.05) else self.generator.value())}"

    def action_delete(self):
        kind = self.rng.choice(["SS", "NS", "BS"])
        value = {kind: [self.generator.scalar(kind[0], 0)[kind[0]]]}
        return f"{self.target()} {self.literal(value if not self.chance(0.05) else self.generator.value())}"
