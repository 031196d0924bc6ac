/** What a number is made of, beside the report: its definition, its deals with what each adds, their events. */
import { Drawer, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { isDrill } from "../drills";
import type { Words } from "../figure";
import { MeasureFacts } from "../MeasureName";
import type { Measure } from "../vocabulary";
import { BarList } from "./BarList";
import { NumberList } from "./NumberList";
import { PlainDeals } from "./PlainDeals";

interface BehindDrawerProps {
  /** The list's address, null = closed. */
  open: string | null;
  measure: string | null;
  words: Words;
  onClose: () => void;
}

export function BehindDrawer({ open, measure: key, words, onClose }: BehindDrawerProps) {
  const { t } = useTranslation("reports");
  const narrow = useMediaQuery("(max-width: 48em)");
  const measure = key ? words.vocabulary.keyed(key) : null;
  return (
    <Drawer
      opened={open !== null && isDrill(open)}
      onClose={onClose}
      position={narrow ? "bottom" : "right"}
      size={narrow ? "90%" : 560}
      title={t("behind.title")}
      closeButtonProps={{ "aria-label": t("close"), size: 44 }}
    >
      <Stack>
        {measure && <MeasureFacts measure={measure} />}
        {open && (
          <List drill={open} measure={measure && isExplained(measure) ? measure.key : null} words={words} />
        )}
      </Stack>
    </Drawer>
  );
}

/** Whether each thing behind the number says what it adds to it. */
const isExplained = ({ per_deal, made_of }: Measure) => per_deal !== null || made_of !== "deals";

function List({ drill, measure, words }: { drill: string; measure: string | null; words: Words }) {
  if (drill.startsWith("/api/v1/reports/waterfall/bar?")) return <BarList drill={drill} words={words} />;
  if (measure) return <NumberList drill={drill} measure={measure} />;
  return <PlainDeals drill={drill} />;
}
