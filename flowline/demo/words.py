"""The names and products that the demo company sells with, in Chinese and English."""

from __future__ import annotations

COMPANIES = (
    ("远航物流集团", "logistics", "华东", "https://yuanhang.example"),
    ("青禾农业科技", "agriculture", "华中", None),
    ("星桥半导体", "manufacturing", "华南", "https://xingqiao.example"),
    ("江南织造", "textiles", "华东", None),
    ("北辰新能源", "energy", "华北", "https://beichen.example"),
    ("云岭茶业", "food", "西南", None),
    ("海棠医疗器械", "medical", "华东", None),
    ("明德教育", "education", "华北", None),
    ("长风汽车零部件", "manufacturing", "华中", None),
    ("蓝湾地产服务", "real estate", "华南", None),
    ("拓维软件", "software", "华南", "https://tuowei.example"),
    ("山海文旅", "travel", "西南", None),
    ("Northwind Instruments", "manufacturing", "EMEA", "https://northwind.example"),
    ("Harbor & Pine", "retail", "EMEA", None),
    ("Kestrel Analytics", "software", "Americas", "https://kestrel.example"),
    ("Lumen Clinics", "medical", "EMEA", None),
    ("Oakline Logistics", "logistics", "Americas", None),
    ("Brightwater Foods", "food", "Americas", None),
    ("Meridian Solar", "energy", "EMEA", "https://meridian.example"),
    ("Tidewater Bank", "finance", "Americas", None),
    ("Alder Publishing", "media", "EMEA", None),
    ("Quarry Robotics", "manufacturing", "Americas", None),
)
# A company and the one that it belongs to.
PARENTS = {
    "Oakline Logistics": "远航物流集团",
    "长风汽车零部件": "远航物流集团",
    "Harbor & Pine": "Oakline Logistics",
    "Meridian Solar": "北辰新能源",
}
CONTACTS = (
    *("王芳", "李强", "张敏", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周涛", "吴倩", "徐鹏", "孙悦"),
    *("Amelia Ward", "Noah Fischer", "Ines Moreau", "Lucas Hale", "Priya Nair", "Oscar Lind", "Maya Cohen"),
    *("Elena Rossi", "Theo Grant", "Hannah Cole"),
)
ROLES = ("采购经理", "CTO", "财务总监", "项目负责人", "CEO", "运营主管")
PRODUCTS = (
    ("Flow Sensor A1", "sensors", "1280.00"),
    ("Flow Sensor Pro", "sensors", "4650.00"),
    ("Edge Gateway 边缘网关", "gateways", "9800.00"),
    ("Insight 年度订阅", "software", "36000.00"),
    ("Onboarding 实施服务", "services", "18000.00"),
    ("Care 维保", "services", "7200.00"),
)
REASONS = ("价格 price", "竞争对手 competitor", "预算取消 budget", "时机 timing")
SUBJECTS = ("电话沟通需求", "Intro call", "现场演示", "Follow-up on quote", "合同条款讨论", "Quarterly review")
RULES = (
    ("大单赢单 Big deal won", "DealWon", "event.data.amount.amount >= 50000.0", [{"kind": "owner"}]),
    ("输单提醒 Deal lost", "DealLost", "", [{"kind": "owner"}]),
    ("新商机 New deal for me", "DealAssigned", "", [{"kind": "owner"}]),
)
