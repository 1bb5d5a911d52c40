"""What Slack refuses in blocks and views. Raises `Bad` with Slack's own word for it."""

import json

# type of element: (fields with a text object and its limit)
TEXTS = {
    "button": {"text": 75},
    "plain_text_input": {"placeholder": 150},
    "static_select": {"placeholder": 150},
    "multi_static_select": {"placeholder": 150},
    "external_select": {"placeholder": 150},
    "multi_external_select": {"placeholder": 150},
    "datepicker": {"placeholder": 150},
    "timepicker": {"placeholder": 150},
    "radio_buttons": {},
    "checkboxes": {},
}
MOST_OPTIONS = {"static_select": 100, "multi_static_select": 100, "radio_buttons": 10, "checkboxes": 10}
SURFACES = {
    "message": (50, {"section", "divider", "header", "context", "actions", "rich_text", "data_visualization"}),
    "modal": (100, {"section", "divider", "header", "context", "actions", "rich_text", "input"}),
    "home": (100, {"section", "divider", "header", "context", "actions", "rich_text", "input"}),
}
INPUTS = set(TEXTS) - {"button"}
MOST_CHARACTERS = 13_200


class Bad(Exception):
    """Slack's error word, and for people where it was."""

    def __init__(self, error, where=""):
        super().__init__(f"{error}: {where}")
        self.error = error
        self.where = where


def need(condition, where, error="invalid_blocks"):
    if not condition:
        raise Bad(error, where)


# --- whole surfaces ----------------------------------------------------------------------------------------


def check_message(text, blocks, limit=40_000):
    need(text or blocks, "nothing to say", "no_text")
    need(len(text) <= limit, "text", "msg_too_long")
    check_blocks(blocks, "message")
    need(len(characters(blocks)) <= MOST_CHARACTERS, "all blocks together", "msg_blocks_too_long")
    charts = [block for block in blocks if block["type"] == "data_visualization"]
    need(len(charts) <= 2, "more than two charts")


def check_view(view, surface):
    error = "invalid_arguments"
    need(isinstance(view, dict), "view", error)
    need(view.get("type") == surface, "view type", error)
    need(len(json.dumps(view)) <= 250_000, "view", "view_too_large")
    need(len(view.get("private_metadata", "")) <= 3000, "private_metadata", error)
    need(len(view.get("callback_id", "")) <= 255, "callback_id", error)
    try:
        check_blocks(view.get("blocks"), surface)
        if surface == "modal":
            check_modal(view)
    except Bad as bad:
        raise Bad(error, bad.where) from bad


def check_modal(view):
    plain(view.get("title"), 24, "title")
    for name in ("submit", "close"):
        if name in view:
            plain(view[name], 24, name)
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    need(not inputs or "submit" in view, "inputs without submit")


def check_blocks(blocks, surface):
    most, allowed = SURFACES[surface]
    need(isinstance(blocks, list), "blocks")
    need(len(blocks) <= most, f"{len(blocks)} blocks")
    for block in blocks:
        need(isinstance(block, dict) and block.get("type") in allowed, f"block {block!r:.60}")
        need(1 <= len(block.get("block_id", "x")) <= 255, "block_id")
        CHECKS[block["type"]](block)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(ids) == len(set(ids)), "block_id twice")


def characters(blocks):
    """Every text of these blocks, end to end."""

    def walk(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "text" and isinstance(inner, str):
                    yield inner
                else:
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    return "".join(walk(blocks))


# --- blocks ------------------------------------------------------------------------------------------------


def section(block):
    need("text" in block or block.get("fields"), "empty section")
    if "text" in block:
        text(block["text"], 3000, "section")
    need(len(block.get("fields", ())) <= 10, "fields")
    for field in block.get("fields", ()):
        text(field, 2000, "field")
    if "accessory" in block:
        element(block["accessory"])


def header(block):
    plain(block.get("text"), 150, "header")


def context(block):
    need(1 <= len(block.get("elements", ())) <= 10, "context elements")
    for each in block["elements"]:
        text(each, 3000, "context")


def actions(block):
    need(1 <= len(block.get("elements", ())) <= 25, "actions elements")
    for each in block["elements"]:
        element(each)
    ids = [each["action_id"] for each in block["elements"]]
    need(len(ids) == len(set(ids)), "action_id twice")


def field(block):
    plain(block.get("label"), 2000, "label")
    if "hint" in block:
        plain(block["hint"], 2000, "hint")
    need(block.get("element", {}).get("type") in INPUTS, "input element")
    element(block["element"])


def rich_text(block):
    need(block.get("elements"), "empty rich_text")
    for part in block["elements"]:
        need(part.get("type") in {"rich_text_section", "rich_text_quote", "rich_text_list"}, "rich_text part")
        need(part.get("elements"), "empty rich_text part")
        for run in part["elements"]:
            RUNS[run["type"]](run)


def chart(block):
    need(0 < len(block.get("title", "")) <= 50, "chart title")
    drawn = block.get("chart", {})
    need(drawn.get("type") in {"bar", "line", "area"}, "chart type")
    categories = drawn.get("axis_config", {}).get("categories", [])
    need(1 <= len(categories) <= 20, "categories")
    need(len(categories) == len(set(categories)), "category twice")
    need(all(0 < len(label) <= 20 for label in categories), "category label")
    need(1 <= len(drawn.get("series", ())) <= 6, "series")
    names = [series.get("name", "") for series in drawn["series"]]
    need(len(names) == len(set(names)) and all(0 < len(name) <= 20 for name in names), "series names")
    for series in drawn["series"]:
        need([point["label"] for point in series["data"]] == categories, "series labels")
        need(all(type(point["value"]) in {int, float} for point in series["data"]), "series values")


CHECKS = {
    "section": section,
    "header": header,
    "context": context,
    "actions": actions,
    "input": field,
    "rich_text": rich_text,
    "data_visualization": chart,
    "divider": lambda _block: None,
}

RUNS = {
    "text": lambda run: need(run.get("text"), "empty run"),
    "user": lambda run: need(run.get("user_id", "").startswith(("U", "W")), "user run"),
    "link": lambda run: need(run.get("url", "").startswith(("https://", "http://")), "link run"),
    "emoji": lambda run: need(run.get("name"), "emoji run"),
}


# --- elements and texts ------------------------------------------------------------------------------------


def element(part):
    kind = part.get("type")
    need(kind in TEXTS, f"element {kind}")
    need(0 < len(part.get("action_id", "")) <= 255, "action_id")
    need(len(part.get("value", "")) <= 2000, "value")
    need(part.get("style") in {None, "primary", "danger"}, "style")
    for name, limit in TEXTS[kind].items():
        if name in part or name == "text":
            plain(part.get(name), limit, f"{kind} {name}")
    if "confirm" in part:
        confirm(part["confirm"])
    if kind in MOST_OPTIONS:
        options(part.get("options"), MOST_OPTIONS[kind])
        known = part["options"]
        initial = [part["initial_option"]] if "initial_option" in part else part.get("initial_options", [])
        need(all(each in known for each in initial), "initial option")
    if kind == "plain_text_input":
        most = part.get("max_length", 3000)
        need(1 <= most <= 3000 and len(part.get("initial_value", "")) <= most, "text input length")
    for name in ("initial_option", "initial_options"):
        need(part.get(name, True), f"empty {name}")
    if kind.endswith("external_select"):
        options(part.get("initial_options", []) + [part[n] for n in ("initial_option",) if n in part], 100, least=0)


def options(given, most, least=1):
    need(isinstance(given, list) and least <= len(given) <= most, "number of options")
    for option in given:
        plain(option.get("text"), 75, "option text")
        need(1 <= len(option.get("value", "")) <= 150, "option value")
        if "description" in option:
            plain(option["description"], 75, "option description")


def confirm(asked):
    for name, limit in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        plain(asked.get(name), limit, f"confirm {name}")


def text(given, limit, where):
    need(isinstance(given, dict) and given.get("type") in {"plain_text", "mrkdwn"}, f"{where} text")
    need(1 <= len(given.get("text", "")) <= limit, f"{where} length {len(given.get('text', ''))}")


def plain(given, limit, where):
    text(given, limit, where)
    need(given["type"] == "plain_text", f"{where} is not plain")
