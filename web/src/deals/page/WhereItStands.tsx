/** Where a deal stands: the stages of its process with those it has been in, and the drawing, opened on demand. */
import { Button, Collapse } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "~/states/Loading";
import { type Deal, storyQuery, versionQuery } from "../queries";
import classes from "./DealPage.module.css";
import { pathOf } from "./path";

const Drawing = lazy(() => import("./Drawing").then(({ Drawing: part }) => ({ default: part })));

export function WhereItStands({ deal, as_of }: { deal: Deal; as_of?: string }) {
  const { t } = useTranslation("deals");
  const [opened, { toggle }] = useDisclosure();
  const version = useQuery(versionQuery(deal.process_id, deal.process_version));
  const entries = useQuery(storyQuery(deal.id)).data?.entries ?? [];
  const path = pathOf(entries, as_of);
  const stages = (version.data?.stages ?? []).filter(
    ({ key, category }) => category === "open" || path.includes(key) || key === deal.stage.key,
  );
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it is scrolled sideways, by keys as well */}
      <ol className={classes["path"]} aria-label={t("stands.path")} tabIndex={0}>
        {stages.map(({ key, name }) => {
          const here = key === deal.stage.key;
          const state = here ? "here" : path.includes(key) ? "been" : "ahead";
          return (
            <li
              key={key}
              className={classes["step"]}
              data-state={state}
              aria-current={here ? "step" : undefined}
            >
              {name}
            </li>
          );
        })}
      </ol>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconSitemap size={16} aria-hidden />}
        aria-expanded={opened}
        onClick={toggle}
      >
        {opened ? t("stands.hide") : t("stands.show")}
      </Button>
      <Collapse expanded={opened}>
        {opened && (
          <Suspense fallback={<Loading />}>
            <Drawing deal={deal} path={path} />
          </Suspense>
        )}
      </Collapse>
    </div>
  );
}
