/** Products, quantities and prices of a deal, line by line; a product is added by its name, at its list price. */
import { ActionIcon, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { got, pipeline } from "~/api/client";
import { whole } from "~/api/pages";
import { useFormat } from "~/i18n/useFormat";
import type { Line } from "./values";

const offered = queryOptions({
  queryKey: ["products", "offered"],
  queryFn: () =>
    whole((cursor) =>
      got(
        pipeline.GET("/api/v1/products", {
          params: { query: { retired: false, limit: 200, ...(cursor && { cursor }) } },
        }),
      ),
    ),
});
const DECIMAL = /^\d{0,12}(\.\d{0,6})?$/;

interface LinesEditorProps {
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
}

export function LinesEditor({ lines, onChange }: LinesEditorProps) {
  const { t } = useTranslation("deals");
  const format = useFormat();
  const products = useQuery(offered).data ?? [];
  const changed = (at: number, more: Partial<Line>) =>
    onChange(lines.map((line, index) => (index === at ? { ...line, ...more } : line)));
  const add = (id: string | null) => {
    const product = products.find((each) => each.id === id);
    if (!product) return;
    const { name: product_name, list_price: unit_price } = product;
    onChange([...lines, { product_id: product.id, product_name, quantity: "1", unit_price }]);
  };
  return (
    <Stack gap="xs">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a product may stand on several lines, and lines keep their places
        <Group key={`${line.product_id}-${at}`} gap="xs" wrap="nowrap" align="center">
          <Text flex={1} size="sm" truncate>
            {line.product_name}
          </Text>
          <DecimalInput
            label={t("lines.quantityOf", { product: line.product_name })}
            value={line.quantity}
            onChange={(quantity) => changed(at, { quantity })}
            width={64}
          />
          <DecimalInput
            label={t("lines.priceOf", { product: line.product_name, currency: line.unit_price.currency })}
            value={line.unit_price.amount}
            onChange={(amount) => changed(at, { unit_price: { ...line.unit_price, amount } })}
            width={112}
          />
          <Text size="xs" c="dimmed">
            {line.unit_price.currency}
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            aria-label={t("lines.removeOf", { product: line.product_name })}
            onClick={() => onChange(lines.filter((_, index) => index !== at))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Select
        searchable
        value={null}
        placeholder={t("lines.add")}
        aria-label={t("lines.add")}
        nothingFoundMessage={t("lines.none")}
        data={products.map(({ id, name, list_price }) => ({
          value: id,
          label: `${name} · ${format.money(list_price)}`,
        }))}
        onChange={add}
      />
    </Stack>
  );
}

interface DecimalInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width: number;
}

function DecimalInput({ label, value, onChange, width }: DecimalInputProps) {
  return (
    <TextInput
      w={width}
      inputMode="decimal"
      aria-label={label}
      value={value}
      styles={{ input: { textAlign: "right", fontVariantNumeric: "tabular-nums" } }}
      onChange={({ currentTarget: { value: said } }) => DECIMAL.test(said) && onChange(said)}
    />
  );
}
