/** The rooms of the client in the order in which they are offered; `phone` marks those in the bottom bar. */
import {
  IconAddressBook,
  IconBuilding,
  IconChartBar,
  IconCoin,
  IconInbox,
  IconLayoutKanban,
  IconListCheck,
  IconRoute,
  IconSitemap,
} from "@tabler/icons-react";

export const ROOMS = [
  { to: "/board", label: "shell:nav.board", icon: IconLayoutKanban, keys: "g b", phone: true },
  { to: "/deals", label: "shell:nav.deals", icon: IconCoin, keys: "g d", phone: false },
  { to: "/customers", label: "shell:nav.customers", icon: IconBuilding, keys: "g c", phone: true },
  { to: "/contacts", label: "shell:nav.contacts", icon: IconAddressBook, keys: "g o", phone: false },
  { to: "/tasks", label: "shell:nav.tasks", icon: IconListCheck, keys: "g t", phone: true },
  { to: "/processes", label: "shell:nav.process", icon: IconSitemap, keys: "g p", phone: false },
  { to: "/process-map", label: "shell:nav.processMap", icon: IconRoute, keys: "g m", phone: false },
  { to: "/reports", label: "shell:nav.reports", icon: IconChartBar, keys: "g r", phone: false },
  { to: "/inbox", label: "shell:nav.inbox", icon: IconInbox, keys: "g i", phone: true },
] as const;
