/** Everything that views may lean on: who is signed in, queries, looks, dates of the language. */
import { MantineProvider } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { Notifications } from "@mantine/notifications";
import type { QueryClient } from "@tanstack/react-query";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SessionContext } from "~/session/SessionContext";
import type { Session } from "~/session/session";
import { nonce } from "./nonce";
import { colours, theme } from "./theme";

interface ProvidersProps {
  session: Session;
  client: QueryClient;
  children: ReactNode;
}

export function Providers({ session, client, children }: ProvidersProps) {
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={client}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={colours}
          defaultColorScheme="auto"
          getStyleNonce={nonce}
        >
          <LocalDates>{children}</LocalDates>
          <Notifications position="bottom-right" />
        </MantineProvider>
      </QueryClientProvider>
    </SessionContext>
  );
}

function LocalDates({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const chinese = i18n.language === "zh";
  return (
    <DatesProvider settings={{ locale: chinese ? "zh-cn" : "en", firstDayOfWeek: 1 }}>
      {children}
    </DatesProvider>
  );
}
