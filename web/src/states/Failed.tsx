import { Button, Code } from "@mantine/core";
import { IconAlertTriangle, IconLock, IconMapPinOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import { Notice } from "./Notice";
import { useReason } from "./useReason";

/** What was asked for could not be had: why, and another try. Refusals of rights and missing things say so instead. */
export function Failed({ error, again }: { error: unknown; again?: () => unknown }) {
  const { t } = useTranslation("states");
  const reason = useReason();
  if (error instanceof Problem && error.isNotAllowed) return <NotAllowed />;
  if (error instanceof Problem && error.isNotFound) return <NotFound />;
  return (
    <Notice icon={IconAlertTriangle} title={t("failed")} text={reason(error)} role="alert">
      {again && (
        <Button variant="light" onClick={() => void again()}>
          {t("again")}
        </Button>
      )}
      {error instanceof Problem && error.traceId && <Code>{error.traceId}</Code>}
    </Notice>
  );
}

/** The person's role does not have the right to see this. */
export function NotAllowed() {
  const { t } = useTranslation("states");
  return <Notice icon={IconLock} title={t("notAllowed.title")} text={t("notAllowed.text")} />;
}

/** There is nothing at this address, or nothing that this person may see. */
export function NotFound() {
  const { t } = useTranslation("states");
  return <Notice icon={IconMapPinOff} title={t("notFound.title")} text={t("notFound.text")} />;
}
