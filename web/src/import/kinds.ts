/** What can be imported: the fields of each kind, the headings they are known by, and what a cell becomes. */
export type Kind = "customers" | "contacts" | "deals";
export const KINDS: readonly Kind[] = ["customers", "contacts", "deals"];

export interface FieldOf {
  name: string;
  required?: boolean;
  /** Headings in both languages, small letters; the field's own name is known anyhow. */
  known: readonly string[];
  /** What is sent for a cell that is not empty. */
  as: "text" | "number" | "amount" | "day" | "person" | "customer" | "kind";
}

const name = (...known: string[]): FieldOf => ({
  name: "name",
  required: true,
  as: "text",
  known: ["name", "名称", ...known],
});
const customer: FieldOf = {
  name: "customer",
  as: "customer",
  known: ["customer", "account", "company", "客户", "客户名称", "公司", "公司名称", "所属客户"],
};
const owner: FieldOf = {
  name: "owner",
  as: "person",
  known: ["owner", "sales agent", "sales rep", "负责人", "销售", "所有人"],
};
const region: FieldOf = {
  name: "region",
  as: "text",
  known: ["region", "area", "地区", "区域", "省份", "城市"],
};
const source: FieldOf = {
  name: "source",
  as: "text",
  known: ["source", "lead source", "来源", "客户来源", "线索来源"],
};
const phone: FieldOf = {
  name: "phone",
  as: "text",
  known: ["phone", "mobile", "telephone", "电话", "手机", "手机号", "联系电话"],
};
const currency: FieldOf = { name: "currency", as: "text", known: ["currency", "币种", "货币"] };

export const FIELDS: Readonly<Record<Kind, readonly FieldOf[]>> = {
  customers: [
    name(
      "customer",
      "account",
      "company",
      "company name",
      "customer name",
      "客户",
      "客户名称",
      "公司",
      "公司名称",
      "企业名称",
    ),
    { name: "kind", as: "kind", known: ["kind", "type", "类型", "客户类型"] },
    owner,
    { name: "industry", as: "text", known: ["industry", "sector", "行业", "所属行业"] },
    region,
    phone,
    { name: "website", as: "text", known: ["website", "url", "web", "网站", "网址", "官网"] },
    source,
    {
      name: "employees",
      as: "number",
      known: ["employees", "headcount", "员工人数", "员工数", "人数", "规模"],
    },
    {
      name: "annual_revenue",
      as: "amount",
      known: ["annual revenue", "revenue", "年营业额", "营业额", "年收入"],
    },
    currency,
    {
      name: "parent",
      as: "customer",
      known: ["parent company", "subsidiary of", "上级公司", "上级客户", "母公司", "所属集团"],
    },
    { name: "founded", as: "number", known: ["founded", "year established", "成立年份", "成立时间"] },
    { name: "address", as: "text", known: ["address", "office location", "地址", "详细地址"] },
  ],
  contacts: [
    name("contact", "full name", "contact name", "姓名", "联系人", "联系人姓名"),
    customer,
    { name: "role", as: "text", known: ["role", "角色"] },
    { name: "title", as: "text", known: ["title", "job title", "position", "职位", "职务"] },
    phone,
    { name: "email", as: "text", known: ["email", "e-mail", "mail", "邮箱", "电子邮箱", "邮件"] },
  ],
  deals: [
    name("deal", "opportunity", "deal name", "opportunity name", "商机", "商机名称"),
    customer,
    owner,
    {
      name: "amount",
      as: "amount",
      known: ["amount", "value", "close value", "金额", "商机金额", "预计金额"],
    },
    currency,
    { name: "stage", as: "text", known: ["stage", "deal stage", "阶段", "销售阶段"] },
    {
      name: "expected_close",
      as: "day",
      known: ["expected close", "close date", "预计成交", "预计成交日期", "预计签单日期"],
    },
    source,
    region,
  ],
};

const plain = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]+/g, " ")
    .replace(/[*：:]$/, "");

/** Column → field, guessed by the headings; a field is taken once, null = not imported. */
export function guessed(kind: Kind, headings: readonly string[]): (string | null)[] {
  const taken = new Set<string>();
  return headings.map((heading) => {
    const said = plain(heading);
    const field = FIELDS[kind].find(
      (each) => !taken.has(each.name) && [plain(each.name), ...each.known].includes(said),
    );
    if (field) taken.add(field.name);
    return field?.name ?? null;
  });
}
