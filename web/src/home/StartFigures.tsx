/** The numbers one begins the day with: a manager's of the team, a rep's own, as the dashboard of the role has them. */
import { Anchor, Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { defaultDashboards } from "~/dashboards/queries";
import { Tiles } from "~/dashboards/Tiles";
import { Asked } from "~/states/Asked";

export function StartFigures() {
  const { t, i18n } = useTranslation("home");
  const query = useQuery(defaultDashboards);
  return (
    <Asked query={query}>
      {([meant]) =>
        meant && (
          <section>
            <Group justify="space-between" mb="xs">
              <Title order={2} size="h5">
                {i18n.language === "zh" ? meant.name_zh : meant.name}
              </Title>
              <Anchor component={Link} size="sm" to={`/dashboards/${meant.key}` as "/dashboards"}>
                {t("toDashboard")}
              </Anchor>
            </Group>
            <Tiles tiles={meant.tiles} />
          </section>
        )
      }
    </Asked>
  );
}
