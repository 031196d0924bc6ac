/** A dashboard: one that comes with Flowline, to look at and to copy, or one that people made. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Asked } from "~/states/Asked";
import { NotFound } from "~/states/Failed";
import { GivenDashboard } from "./GivenDashboard";
import { OwnDashboard } from "./OwnDashboard";
import { defaultDashboards, oneDashboard } from "./queries";

const GIVEN = new Set(["rep", "manager"]);

export function DashboardPage() {
  const { id } = useParams({ from: "/dashboards/$id" });
  return GIVEN.has(id) ? <Given name={id} /> : <Made id={id} />;
}

function Given({ name }: { name: string }) {
  const query = useQuery(defaultDashboards);
  return (
    <Asked query={query}>
      {(all) => {
        const one = all.find(({ key }) => key === name);
        return one ? <GivenDashboard dashboard={one} /> : <NotFound />;
      }}
    </Asked>
  );
}

function Made({ id }: { id: string }) {
  const query = useQuery(oneDashboard(id));
  return <Asked query={query}>{(dashboard) => <OwnDashboard key={id} dashboard={dashboard} />}</Asked>;
}
