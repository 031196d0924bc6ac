/** What is different between two versions: one sentence for each change, and both in one marked drawing. */
import { List, SimpleGrid, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { languageNow } from "~/i18n/languages";
import { Asked } from "~/states/Asked";
import { differenceOf } from "./queries";
import { ServerPicture } from "./ServerPicture";

const COLOURS = { added: "teal", removed: "red", changed: "blue" } as const;

export function Difference(props: { processId: string; before: number; after: number }) {
  const { processId, before, after } = props;
  const { t } = useTranslation("process");
  const language = languageNow();
  const picture = `/api/v1/processes/${processId}/versions/${before}/difference/${after}?format=svg&language=${language}`;
  return (
    <Asked query={useQuery(differenceOf(processId, before, after))}>
      {({ changes }) => (
        <SimpleGrid cols={{ base: 1, lg: 2 }} aria-live="polite">
          <div>
            <Title order={2} size="h4" mb="xs">
              {t("changes", { count: changes.length, before, after })}
            </Title>
            <List spacing={4} size="sm">
              {changes.map((change) => (
                <List.Item
                  key={`${change.kind}-${change.element}-${change.aspect}-${change.sentence[language]}`}
                >
                  <Text span size="sm" fw={600} c={COLOURS[change.kind]}>
                    {t(`change.${change.kind}`)}
                  </Text>{" "}
                  {change.sentence[language]}
                </List.Item>
              ))}
            </List>
          </div>
          <ServerPicture path={picture} text={t("differencePicture", { before, after })} />
        </SimpleGrid>
      )}
    </Asked>
  );
}
