/** The board: deals by stage of one process, moved by mouse, touch, keys or menu; others' changes arrive by themselves. */
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import filled from "~/app/Filled.module.css";
import { sellingProcesses } from "~/deals/queries";
import { Asked } from "~/states/Asked";
import { Empty } from "~/states/Empty";
import { Loading } from "~/states/Loading";
import { BoardFilters } from "./BoardFilters";
import { BoardOf } from "./BoardOf";
import { useBoardAsked } from "./useBoardAsked";

export function BoardPage() {
  const { t } = useTranslation("board");
  useDocumentTitle(t("title"));
  const processes = useQuery(sellingProcesses);
  const asking = useBoardAsked(processes.data ?? []);
  return (
    <div className={filled["page"]}>
      <BoardFilters asking={asking} />
      <Asked query={processes}>
        {(all) => {
          if (all.length === 0) return <Empty title={t("noProcess.title")} text={t("noProcess.text")} />;
          return asking.asked ? <BoardOf asked={asking.asked} processes={all} /> : <Loading />;
        }}
      </Asked>
    </div>
  );
}
