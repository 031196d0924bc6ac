/** The currency that amounts are asked for in: the one that was used last in this browser. */
import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

const KEPT = "flowline-currency";

export function useCurrency(): string {
  const { i18n } = useTranslation();
  const [kept] = useLocalStorage<string>({ key: KEPT });
  return kept ?? (i18n.language === "zh" ? "CNY" : "USD");
}

export function rememberCurrency(currency: string | undefined): void {
  if (currency) localStorage.setItem(KEPT, JSON.stringify(currency));
}
