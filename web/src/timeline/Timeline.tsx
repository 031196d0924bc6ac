/** The story of a customer, the newest first, as long as it is; by chips only some of it. */
import { Chip, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { THINGS, type Thing, timelinePages } from "./queries";
import { TimelineEntry } from "./TimelineEntry";

interface TimelineProps {
  customerId: string;
  /** Things with commas between, as in the address; none = all. */
  things: string | undefined;
  onThings: (things: string | undefined) => void;
}

export function Timeline({ customerId, things, onThings }: TimelineProps) {
  const { t } = useTranslation("timeline");
  const chosen = THINGS.filter((thing) => things?.split(",").includes(thing));
  const pages = useInfiniteQuery(timelinePages(customerId, chosen));
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="timeline">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5" id="timeline">
          {t("title")}
        </Title>
        <Chip.Group
          multiple
          value={[...chosen]}
          onChange={(next: string[]) => onThings(next.join(",") || undefined)}
        >
          <Group gap={6} role="group" aria-label={t("only")}>
            {THINGS.map((thing: Thing) => (
              <Chip key={thing} value={thing} size="sm" variant="light">
                {t(`thing.${thing}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Group>
      <Asked query={pages}>
        {({ pages: read }) => {
          const entries = read.flatMap(({ items }) => items);
          if (entries.length === 0) return <Empty title={t("none.title")} text={t("none.text")} />;
          return (
            <Stack component="ol" gap={0} p={0} m={0} style={{ listStyle: "none" }}>
              {entries.map((entry) => (
                <TimelineEntry key={entry.event_id} entry={entry} customerId={customerId} />
              ))}
            </Stack>
          );
        }}
      </Asked>
      {pages.hasNextPage && <More asking={pages.isFetchingNextPage} ask={() => void pages.fetchNextPage()} />}
    </Paper>
  );
}

/** Asks for more as soon as it comes into sight. */
function More({ asking, ask }: { asking: boolean; ask: () => void }) {
  const { t } = useTranslation("timeline");
  const { ref, entry } = useIntersection({ rootMargin: "400px" });
  const near = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (near && !asking) ask();
  }, [near, asking, ask]);
  return (
    <Text ref={ref} size="sm" c="dimmed" ta="center" py="sm" role="status">
      {t("more")}
    </Text>
  );
}
