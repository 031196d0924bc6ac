"""The market of the generated histories: what is sold, where, for how much, and why it is not bought."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """Something offered, with its list price in US dollars."""

    name: str
    series: str
    price: Decimal


PRODUCTS = (
    Product("Atlas 控制器 Controller", "Atlas", Decimal(4800)),
    Product("Atlas Pro", "Atlas", Decimal(12600)),
    Product("Beacon 传感器 Sensor", "Beacon", Decimal(320)),
    Product("Beacon Array", "Beacon", Decimal(2950)),
    Product("Cirrus 云平台 Platform", "Cirrus", Decimal(18000)),
    Product("Cirrus Enterprise", "Cirrus", Decimal(54000)),
    Product("Delta 网关 Gateway", "Delta", Decimal(1450)),
    Product("Delta Rugged", "Delta", Decimal(2600)),
    Product("Ember 培训 Training", "Services", Decimal(900)),
    Product("Ember 实施 Rollout", "Services", Decimal(7500)),
    Product("Fathom 分析 Analytics", "Fathom", Decimal(9900)),
    Product("Fathom 维保 Care", "Services", Decimal(1200)),
)
SOURCES = ("website", "referral", "partner", "exhibition 展会", "outbound", "existing customer")
SOURCE_SHARES = (30, 18, 16, 10, 14, 12)
REGIONS = ("华东", "华南", "华北", "西南", "EMEA", "Americas", "APAC")
INDUSTRIES = ("manufacturing", "logistics", "energy", "medical", "retail", "software", "finance", "education", "food")
REASONS = (
    "price 价格",
    "competitor 竞争对手",
    "budget 预算取消",
    "timing 时机",
    "no decision 无结果",
    "missing feature",
)
REASON_SHARES = (26, 22, 16, 12, 16, 8)
BOUGHT_ELSEWHERE = "competitor 竞争对手"
COMPETITORS = ("Orbix", "Northgate", "蓝鲸科技", "Vantor", "Helio Systems")
COMPETITOR_SHARES = (34, 24, 20, 14, 8)
PER_DOLLAR = {
    "CNY": Decimal("7.10"),
    "EUR": Decimal("0.92"),
    "GBP": Decimal("0.79"),
    "JPY": Decimal(150),
    "HKD": Decimal("7.80"),
    "SGD": Decimal("1.34"),
    "KRW": Decimal(1340),
    "INR": Decimal(83),
    "AUD": Decimal("1.52"),
}
"""Units of a currency for a US dollar, roughly, so that prices look right; one that is not here is priced 1:1."""

FAMILY = ("王", "李", "张", "刘", "陈", "Ward", "Fischer", "Moreau", "Nair", "Lind", "Cohen", "Rossi", "Grant", "Cole")
GIVEN = ("芳", "强", "敏", "洋", "静", "Amelia", "Noah", "Ines", "Lucas", "Priya", "Oscar", "Maya", "Elena", "Theo")
COMPANY = (
    "远航",
    "青禾",
    "星桥",
    "江南",
    "北辰",
    "Northwind",
    "Harbor",
    "Kestrel",
    "Lumen",
    "Oakline",
    "Meridian",
    "Quarry",
)
TRADE = ("物流", "科技", "医疗", "能源", "Foods", "Instruments", "Robotics", "Partners", "Textiles", "Logistics")
