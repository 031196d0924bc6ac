"""The rules of products."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.pipeline.domain.money import AmountOutOfRange, Money, NegativeAmount, UnknownCurrency
from services.pipeline.domain.naming import NameMissing
from services.pipeline.domain.product.commands import AddProduct, ChangeProductPrice, RenameProduct, RetireProduct
from services.pipeline.domain.product.decider import PRODUCT, ProductExists, ProductIsRetired, ProductMissing
from services.pipeline.domain.product.events import ProductAdded, ProductPriceChanged, ProductRenamed, ProductRetired
from services.pipeline.tests.examples import PRODUCT_ADDED, usd
from shared.domain import Claim
from shared.errors import DomainError
from shared.testing.scenario import scenario

nothing = scenario(PRODUCT)
offered = nothing.given(PRODUCT_ADDED)
retired = offered.given(ProductRetired())


def test_a_product_is_added_with_its_price_in_cents() -> None:
    nothing.when(AddProduct(name="  GTX Pro ", list_price=usd("4821"), sku="GTX-P", series="GTX")).then(PRODUCT_ADDED)


def test_yen_have_no_decimals() -> None:
    wish = AddProduct(name="Sake", list_price=Money(amount=Decimal("500.0"), currency="JPY"))
    nothing.when(wish).then(ProductAdded(name="Sake", list_price=Money(amount=Decimal(500), currency="JPY")))


@pytest.mark.parametrize(
    ("amount", "currency", "error", "field"),
    [
        ("-1", "USD", NegativeAmount, "/list_price/amount"),
        ("1", "XXL", UnknownCurrency, "/list_price/currency"),
        ("1", "usd", UnknownCurrency, "/list_price/currency"),
        ("0.001", "USD", AmountOutOfRange, "/list_price/amount"),
        ("0.5", "JPY", AmountOutOfRange, "/list_price/amount"),
        ("NaN", "USD", AmountOutOfRange, "/list_price/amount"),
        ("Infinity", "USD", AmountOutOfRange, "/list_price/amount"),
        ("1E+15", "USD", AmountOutOfRange, "/list_price/amount"),
        ("1E+999999999", "USD", AmountOutOfRange, "/list_price/amount"),
        ("-1E+999999999", "USD", AmountOutOfRange, "/list_price/amount"),
        ("1E-999999999", "USD", AmountOutOfRange, "/list_price/amount"),
    ],
)
def test_a_price_that_is_no_price_is_refused(amount: str, currency: str, error: type[DomainError], field: str) -> None:
    price = Money(amount=Decimal(amount), currency=currency)
    nothing.when(AddProduct(name="x", list_price=price)).then_rejected(error, field=field)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_product_needs_a_name(name: str) -> None:
    nothing.when(AddProduct(name=name, list_price=usd("1"))).then_rejected(NameMissing, field="/name")


def test_an_id_is_used_once() -> None:
    retired.when(AddProduct(name="GTX", list_price=usd("1"))).then_rejected(ProductExists)


def test_a_price_change_keeps_before_and_after() -> None:
    changed = ProductPriceChanged(before=usd("4821.00"), after=usd("4999.00"))
    offered.when(ChangeProductPrice(list_price=usd("4999"))).then(changed)


def test_the_same_price_or_name_says_nothing() -> None:
    offered.when(ChangeProductPrice(list_price=usd("4821.0"))).then_nothing()
    offered.when(RenameProduct(name="GTX Pro ")).then_nothing()


def test_renaming_moves_the_claim_on_the_name() -> None:
    renamed = ProductRenamed(before="GTX Pro", after="GTX Max")
    offered.when(RenameProduct(name="GTX Max")).then(renamed)
    assert PRODUCT.claims(renamed) == [Claim("product-name:gtx max"), Claim("product-name:gtx pro", held=False)]


def test_a_name_is_claimed_without_its_case_and_kept_when_only_the_case_changes() -> None:
    assert PRODUCT.claims(PRODUCT_ADDED) == [Claim("product-name:gtx pro")]
    assert not PRODUCT.claims(ProductRenamed(before="GTX Pro", after="gtx PRO"))


def test_a_retired_product_is_left_alone() -> None:
    offered.when(RetireProduct()).then(ProductRetired())
    retired.when(RetireProduct()).then_rejected(ProductIsRetired)
    retired.when(RenameProduct(name="x")).then_rejected(ProductIsRetired)


def test_what_was_never_added_is_not_found() -> None:
    nothing.when(RetireProduct()).then_rejected(ProductMissing)
