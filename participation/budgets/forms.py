"""Bring in a file of figures: choose it, read what it would change, then store it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from wtforms import HiddenField, SelectField

from participation.budgets.kinds import KIND_WORDS, KINDS
from participation.budgets.models import DeliveryStatement
from participation.budgets.stating import StatementDraft
from participation.budgets.taxonomy import delivery_models
from participation.budgets.wanted import Kind
from participation.web.forms import Form, as_choices, at_most, long_text, needed, radios, select, submit, text

# What a person calls a column.
COLUMN_WORDS = {
    "financial_year": "Financial year",
    "group_code": "Service (its code, such as edu)",
    "employees_gbp": "Spending on employees",
    "running_expenses_gbp": "Running expenses",
    "gross_expenditure_gbp": "Spending before income",
    "sales_fees_charges_gbp": "Income from charges and fees",
    "other_income_gbp": "Other income",
    "total_income_gbp": "Total income",
    "net_current_expenditure_gbp": "Cost after income",
    "asset_id": "Code of the line",
    "section": "Section",
    "line_title": "Name of the line",
    "service_line": "Name of the line",
    "row_type": "Line or total",
    "net_budget_gbp": "Planned cost after income",
    "reference": "Reference",
    "title": "Title of the contract",
    "supplier": "Supplier",
    "department": "Department or service",
    "value_gbp": "Value of the contract",
    "starts_on": "Start date",
    "ends_on": "End date",
    "review_on": "Review date",
    "delivery_model": "Way of delivering it (its code)",
    "cpv": "CPV code",
    "sme": "Small or medium-sized business, yes or no",
    "vcse": "Charity, community group or social enterprise, yes or no",
    "date": "Date",
    "residents": "Residents",
    "households": "Households",
    "band_d_own_element_gbp": "The council's own part",
    "band_d_area_total_gbp": "The whole of the bill",
    "form_line": "Number of the line",
    "net_gbp": "Cost after income",
}


class ChooseFiguresForm(Form):
    file = FileField("File of figures", description="An ODS, Excel or CSV file of 10MB or less", widget=GovFileInput())
    check = submit("Check the file")


class StatementForm(Form):
    """Who delivers a service, in staff's words."""

    delivery_model = radios(
        "How is most of it delivered today?",
        [(model.code, f"{model.label}. {model.description}.") for model in delivery_models()],
        rules=[needed("Choose how most of it is delivered")],
    )
    words = long_text(
        "Who does what?", hint="Residents read this. Name what, not how well.", limit=400,
        rules=[needed("Enter who does what")],
    )  # fmt: skip
    source = text(
        "Where do you know it from?", hint="For example a committee report and its date.",
        rules=[needed("Enter where you know it from"), at_most(300, "The source must be 300 characters or fewer")],
    )  # fmt: skip

    def show(self, found: DeliveryStatement | None) -> None:
        if found is not None:
            self.delivery_model.data, self.words.data, self.source.data = (
                found.delivery_model,
                found.words,
                found.source,
            )

    def draft(self) -> StatementDraft:
        return StatementDraft(
            delivery_model=str(self.delivery_model.data), words=str(self.words.data), source=str(self.source.data)
        )


class StoreFiguresForm(Form):
    """Carries the checked figures of this council, so that nothing is kept on the server between the two steps."""

    file_name = HiddenField()
    figures = HiddenField()
    source = text(
        "Where do the figures come from?",
        hint="Pages show this beside the figures",
        rules=[needed("Enter where the figures come from"), at_most(300, "The source must be 300 characters or fewer")],
    )
    licence = text(
        "What licence do they have?",
        hint="For example, Open Government Licence v3.0",
        rules=[needed("Enter the licence of the figures"), at_most(200, "The licence must be 200 characters or fewer")],
    )
    save = submit("Publish these figures")


class ColumnsForm(Form):
    """Say which column of a file is which. `for_kind` adds a field for each column that kind of file needs."""

    file_name = HiddenField()
    figures = HiddenField()
    kind = select("What is in the file?", KIND_WORDS.items(), rules=[needed("Choose what is in the file")])
    asked: str = ""

    @property
    def column_fields(self) -> list[SelectField]:
        kind = kind_called(self.asked)
        return [self[column_field(column)] for column in (*kind.columns, *kind.optional)]

    def offer(self, columns: Sequence[str]) -> None:
        """The names in the file, to choose from; one with the very name is chosen already."""
        named = [(column, column) for column in columns if column]
        optional = {column_field(column) for column in kind_called(self.asked).optional}
        for field in self.column_fields:
            field.choices = as_choices(
                [("", "It is not in the file" if field.name in optional else "Choose a column"), *named]
            )

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        chosen = [field.data for field in self.column_fields if field.data]
        if len(set(chosen)) < len(chosen):
            self.form_errors.append("Choose each column once")
            return False
        return valid

    def mapping(self) -> dict[str, str]:
        """The file's own name -> ours."""
        kind = kind_called(self.asked)
        chosen = {column: self[column_field(column)].data for column in (*kind.columns, *kind.optional)}
        return {theirs: column for column, theirs in chosen.items() if theirs}


def column_field(column: str) -> str:
    return f"column_{column}"


def kind_called(name: str) -> Kind:
    """The kind of this name; the first one for a name that is not ours."""
    return next((kind for kind in KINDS if kind.name == name), KINDS[0])


def columns_form(kind: str) -> type[ColumnsForm]:
    """The form with the columns of a kind of file."""
    found = kind_called(kind)
    fields = {
        column_field(column): select(
            COLUMN_WORDS.get(column, column),
            rules=[needed(f"Choose the column for “{COLUMN_WORDS.get(column, column)}”")],
        )
        for column in found.columns
    }
    fields |= {
        column_field(column): select(f"{COLUMN_WORDS.get(column, column)} (optional)") for column in found.optional
    }
    return type("ColumnsForm", (ColumnsForm,), {**fields, "asked": found.name})
