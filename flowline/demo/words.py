"""The names and products that the demo company sells with, in Chinese and English."""

from __future__ import annotations

from itertools import pairwise

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
STAGES = (
    {"key": "qualify", "name": "需求确认 Qualify", "category": "open", "probability": 10},
    {"key": "discover", "name": "方案沟通 Discover", "category": "open", "probability": 25},
    {"key": "propose", "name": "报价 Propose", "category": "open", "probability": 50},
    {"key": "negotiate", "name": "商务谈判 Negotiate", "category": "open", "probability": 75},
    {"key": "paused", "name": "暂停 Paused", "category": "on_hold", "probability": 5},
    {"key": "won", "name": "赢单 Won", "category": "won", "probability": 100},
    {"key": "lost", "name": "输单 Lost", "category": "lost", "probability": 0},
)
PATH = ("qualify", "discover", "propose", "negotiate")
MOVES = (
    *({"from_stage": one, "to_stage": next_} for one, next_ in pairwise(PATH)),
    *({"from_stage": next_, "to_stage": one} for one, next_ in pairwise(PATH)),
    *({"from_stage": stage, "to_stage": "paused"} for stage in PATH),
    *({"from_stage": "paused", "to_stage": stage} for stage in PATH),
    *({"from_stage": stage, "to_stage": "lost"} for stage in (*PATH, "paused")),
    {"from_stage": "propose", "to_stage": "won"},
    {"from_stage": "negotiate", "to_stage": "won"},
)
REASONS = ("价格 price", "竞争对手 competitor", "预算取消 budget", "时机 timing")
SUBJECTS = ("电话沟通需求", "Intro call", "现场演示", "Follow-up on quote", "合同条款讨论", "Quarterly review")
RULES = (
    ("大单赢单 Big deal won", "DealWon", "event.data.amount.amount >= 50000.0", [{"kind": "owner"}]),
    ("输单提醒 Deal lost", "DealLost", "", [{"kind": "owner"}]),
    ("新商机 New deal for me", "DealAssigned", "", [{"kind": "owner"}]),
)
