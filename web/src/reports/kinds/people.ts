/** Reports on people: who won what, and who did what. */
import { IconActivity, IconTrophy } from "@tabler/icons-react";
import { type Kind, MONEY, only, usual } from "./kind";

const leaderboard: Kind = {
  ...usual,
  key: "leaderboard",
  room: "people",
  icon: IconTrophy,
  options: MONEY,
  days: ["rates"],
  figures: [],
  charts: only(
    {
      table: "places.won_value",
      shape: "bars",
      along: "places.owner",
      values: ["amount"],
      each: ["currency"],
    },
    { table: "places", shape: "bars", along: "owner", values: ["won", "lost"] },
  ),
};

const activity: Kind = {
  key: "activity",
  room: "people",
  icon: IconActivity,
  filters: ["owner", "team"],
  options: { every: ["month", "week", "day"] },
  days: [],
  past: false,
  comparable: true,
  figures: [
    ["", "done"],
    ["", "planned"],
    ["", "overdue"],
  ],
  charts: only(
    { table: "rows", shape: "stacked", along: "first_day", values: ["done"], by: "kind" },
    { table: "rows", shape: "stacked", along: "owner", values: ["done"], by: "kind" },
  ),
};

export const PEOPLE: readonly Kind[] = [leaderboard, activity];
