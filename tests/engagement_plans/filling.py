"""Good answers to every prompt of the shipped template, made from the template itself."""

import uuid

from engagement_plans import impact, register, saving, sheet
from engagement_plans.guide import Prompt


def cell(column, number=1):
    """A good value for one cell."""
    return {
        "text": f"{column.label} {number}",
        "choice": column.choices[0].code if column.choices else "",
        "date": f"2026-10-{number + 9:02}",
        "number": str(10 * number),
        "boolean": "on",
        "toolkit_ref": "",
    }[column.type]


def good(prompt: Prompt):
    """What a person could send: for tables the list of rows."""
    match prompt.type:
        case "table":
            return [
                {column.key: cell(column, number) for column in prompt.columns}
                for number in range(1, prompt.min_rows + 1)
            ]
        case "choice":
            return prompt.choices[0].code
        case "multichoice":
            return [prompt.choices[0].code]
        case "register_entry":
            return {
                one.key: one.choices[0].code if one.choices else f"About {one.label}"
                for one in register.fields()
            }
        case "aia_lite":
            return {
                "answers": {
                    item.key: [] if item.several else item.options[0].code
                    for item in impact.items()
                },
                "notes": {},
            }
    return f"An answer to {prompt.key}"


def fill(plan, by, *, but=(), topic="use_case"):
    """Answer everything that applies, except the prompts named in `but`."""
    saving.save(plan, "focus_type", topic, by=by)
    values = sheet.values(plan.guide, list(plan.answers.all()))
    for prompt in plan.guide.prompts.values():
        if prompt.key in but or prompt.key == "focus_type" or not prompt.applies(values):
            continue
        if prompt.is_table:
            for row in good(prompt):
                saving.save(plan, prompt.key, row, by=by, row=uuid.uuid4())
        else:
            saving.save(plan, prompt.key, good(prompt), by=by)
