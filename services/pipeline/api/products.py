"""Products over HTTP."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from services.pipeline.api.money import MoneyBody, MoneyView
from services.pipeline.domain.product import commands
from services.pipeline.domain.product.decider import PRODUCT, ProductMissing
from services.pipeline.projections.products import ProductRow, Products
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.batch import Batch, BatchCall, BatchItem, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

Text = Annotated[str, Field(min_length=1, max_length=200)]


class AddProduct(Payload):
    """A product with its list price; names are unique whatever their case."""

    id: UUID | None = None
    name: Text
    list_price: MoneyBody
    sku: Text | None = None
    series: Text | None = None


class ChangePrice(Payload):
    """The list price from now on."""

    list_price: MoneyBody


class Rename(Payload):
    """The name from now on."""

    name: Text


class AddProductItem(AddProduct, BatchItem):
    """Add a product."""

    action: ClassVar = "product.add"
    creates: ClassVar = True
    command: Literal["add-product"]


class ChangePriceItem(ChangePrice, BatchItem):
    """Change the list price of a product."""

    action: ClassVar = "product.change"
    command: Literal["change-product-price"]


class RenameItem(Rename, BatchItem):
    """Rename a product."""

    action: ClassVar = "product.change"
    command: Literal["rename-product"]


class RetireItem(BatchItem):
    """Retire a product."""

    action: ClassVar = "product.retire"
    command: Literal["retire-product"]


ProductItem = Annotated[AddProductItem | ChangePriceItem | RenameItem | RetireItem, Field(discriminator="command")]


class ProductView(BaseModel):
    """A product as it is now."""

    id: UUID
    version: int
    name: str
    sku: str | None
    series: str | None
    list_price: MoneyView
    retired: bool


def product_routes(products: Products) -> APIRouter:
    """Add, list, look at and change products."""
    router = APIRouter(tags=["products"])

    @router.post("/products", operation_id="addProduct", status_code=201, response_model=Written)
    async def add(body: AddProduct, call: Annotated[Call, Depends(right("product.add", creates=True))]) -> Response:
        return await call.run(PRODUCT, call.new_id(body.id), _command(body))

    @router.post("/products:batch", operation_id="batchProducts", response_model=BatchResults)
    async def batch(body: Batch[ProductItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        return await call.run(body, _wish)

    @router.get("/products", operation_id="listProducts")
    async def list_products(
        principal: Annotated[Principal, Depends(reader("product.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        q: Annotated[str | None, Query(min_length=1, max_length=200, description="Part of a name, or an SKU")] = None,
        *,
        retired: bool | None = None,
    ) -> Page[ProductView]:
        del principal
        rows = await products.list(page.after, page.limit + 1, retired=retired, text=q)
        asked = page.of(rows, key=lambda row: (row.name, row.id))
        return Page(items=[_view(row) for row in asked.items], page=asked.page)

    @router.get("/products/{product_id}", operation_id="getProduct", response_model=ProductView)
    async def get_product(
        product_id: UUID, request: Request, principal: Annotated[Principal, Depends(reader("product.read"))]
    ) -> Response:
        del principal
        row = (await products.by_id([product_id])).get(product_id)
        if row is None:
            raise ProductMissing
        return found(request, _view(row), row.version)

    @router.post("/products/{product_id}/change-price", operation_id="changeProductPrice", response_model=Written)
    async def change_price(
        product_id: UUID, body: ChangePrice, call: Annotated[Call, Depends(right("product.change"))]
    ) -> Response:
        return await call.run(PRODUCT, product_id, _command(body))

    @router.post("/products/{product_id}/rename", operation_id="renameProduct", response_model=Written)
    async def rename(
        product_id: UUID, body: Rename, call: Annotated[Call, Depends(right("product.change"))]
    ) -> Response:
        return await call.run(PRODUCT, product_id, _command(body))

    @router.post("/products/{product_id}/retire", operation_id="retireProduct", response_model=Written)
    async def retire(product_id: UUID, call: Annotated[Call, Depends(right("product.retire"))]) -> Response:
        return await call.run(PRODUCT, product_id, commands.RetireProduct())

    return router


def _command(body: AddProduct | ChangePrice | Rename | RetireItem) -> commands.ProductCommand:
    match body:
        case AddProduct():
            price = body.list_price.money
            return commands.AddProduct(name=body.name, list_price=price, sku=body.sku, series=body.series)
        case ChangePrice():
            return commands.ChangeProductPrice(list_price=body.list_price.money)
        case Rename():
            return commands.RenameProduct(name=body.name)
        case RetireItem():
            return commands.RetireProduct()


def _wish(item: ProductItem, at: ItemCall) -> CommandRequest[Any, Any, Any]:
    return at.request(PRODUCT, _command(item))


def _view(row: ProductRow) -> ProductView:
    return ProductView(
        id=row.id,
        version=row.version,
        name=row.name,
        sku=row.sku,
        series=row.series,
        list_price=MoneyView(amount=row.amount, currency=row.currency),
        retired=row.retired,
    )
