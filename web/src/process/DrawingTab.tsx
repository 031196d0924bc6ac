/** A version on its canvas or as an outline; a draft is drawn here: changed, checked as it is drawn, kept. */
import { Alert, Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useBlocker, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import { useRole } from "~/session/SessionContext";
import { ConflictBar } from "~/states/ConflictBar";
import { Loading } from "~/states/Loading";
import { chartOf } from "./chartOf";
import { type Drawing, drawingOf, nameOf, withMove, withOrder } from "./drawing";
import { EditorBar } from "./EditorBar";
import { type Edit, useEditing } from "./editing";
import { Findings } from "./Findings";
import { type Found, foundIn } from "./found";
import { Inspector } from "./Inspector";
import { Outline } from "./Outline";
import classes from "./Process.module.css";
import { checked, type Process, type Version } from "./queries";
import { useEditorKeys } from "./useEditorKeys";
import { useSave } from "./useSave";
import { useWording } from "./useWording";

const Canvas = lazy(() => import("~/canvas/Canvas").then((file) => ({ default: file.Canvas })));
const HERE = "/processes/$processId";
const PAUSE_MS = 400;

export function DrawingTab({ process, version }: { process: Process; version: Version }) {
  const { t } = useTranslation(["drawing", "process"]);
  const designs = useRole("admin");
  const canEdit = designs && version.status === "draft";
  const kept = useMemo(() => drawingOf(version), [version]);
  const [edited, edit] = useEditing(kept);
  const { drawing } = edited;
  const [base, setBase] = useBase(kept, drawing, edit);
  const changed = canEdit && !same(drawing, base);
  const saving = useSave(process, version.number, base, (now) => {
    setBase(now);
    edit({ do: "open", drawing: now });
  });
  const [selected, select] = useSelected();
  const found = useFound(drawing, version, canEdit);
  const save = useCallback(() => saving.save(drawing), [saving.save, drawing]);
  useEditorKeys({ enabled: canEdit, edited, edit, selected, select, save });
  useBlocker({
    shouldBlockFn: () => changed && !window.confirm(t("leave")),
    enableBeforeUnload: changed,
    disabled: !changed,
  });
  const shown = { drawing, edit, selected, select, canEdit };
  return (
    <Stack gap="sm">
      {saving.conflicts.length > 0 && (
        <ConflictBar
          conflicts={saving.conflicts}
          nameOf={(id) => (id === ":order" ? t("order") : nameOf(drawing, id))}
          shown={(_, element) => told(element, t("gone"))}
          onChosen={saving.choose}
          onCancel={saving.cancel}
        />
      )}
      {canEdit && (
        <EditorBar {...shown} edited={edited} changed={changed} pending={saving.pending} onSave={save} />
      )}
      <div className={classes["editor"]}>
        <Picture {...shown} version={version} found={found} />
        <Stack className={classes["side"] ?? ""} gap="sm">
          {canEdit && <Findings found={found} drawing={drawing} onJump={select} />}
          <Inspector {...shown} process={process} version={version} />
        </Stack>
      </div>
      {changed && (
        <Alert variant="light" p="xs">
          <Group justify="space-between">
            {t("unsaved")}
            <Button size="xs" onClick={save} loading={saving.pending}>
              {t("save")}
            </Button>
          </Group>
        </Alert>
      )}
    </Stack>
  );
}

export interface Editor {
  drawing: Drawing;
  edit: (edit: Edit) => void;
  selected: string | null;
  select: (id: string | null) => void;
  canEdit: boolean;
}

/**
 * As it was read or kept last. What others keep meanwhile comes in by itself where nothing was drawn here; where
 * something was, it is put together when that is kept.
 */
function useBase(kept: Drawing, drawing: Drawing, edit: (edit: Edit) => void) {
  const [base, setBase] = useState(kept);
  const isNew = !same(kept, base);
  const isTaken = isNew && (same(drawing, base) || same(drawing, kept));
  useEffect(() => {
    if (!isTaken) return;
    setBase(kept);
    edit({ do: "open", drawing: kept });
  }, [kept, isTaken, edit]);
  return [base, setBase] as const;
}

const same = (one: Drawing, other: Drawing): boolean => JSON.stringify(one) === JSON.stringify(other);

function useSelected() {
  const { element = null } = useSearch({ from: HERE });
  const navigate = useNavigate({ from: HERE });
  const select = useCallback(
    (id: string | null) =>
      void navigate({
        search: (now) => ({ ...now, element: id ?? undefined }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [element || null, select] as const;
}

/** What the service says of the drawing as it is now, a moment after the last change. */
function useFound(drawing: Drawing, version: Version, canEdit: boolean): Found[] {
  const [still] = useDebouncedValue(drawing, PAUSE_MS);
  const { data, error } = useQuery({ ...checked(still), enabled: canEdit });
  return useMemo(() => {
    if (!canEdit) return [];
    if (error instanceof Problem) return foundIn(error, still);
    return data?.findings ?? version.findings;
  }, [data, error, still, version, canEdit]);
}

interface PictureProps extends Editor {
  version: Version;
  found: readonly Found[];
}

function Picture({ drawing, edit, selected, select, canEdit, version, found }: PictureProps) {
  const { t } = useTranslation("drawing");
  const small = useMediaQuery("(max-width: 48em)");
  const { as = small ? "outline" : "canvas" } = useSearch({ from: HERE });
  const navigate = useNavigate({ from: HERE });
  const words = useWording();
  const marks = useMemo(() => marksOf(found, version), [found, version]);
  const chart = useMemo(() => chartOf(drawing, words, marks, canEdit), [drawing, words, marks, canEdit]);
  const connect = (source: string, target: string) => {
    edit({ do: "change", change: (now) => withMove(now, source, target) });
    select(`${source}->${target}`);
  };
  const order = (ids: string[]) => edit({ do: "change", change: (now) => withOrder(now, ids) });
  return (
    <Stack gap="xs">
      <SegmentedControl
        value={as}
        onChange={(to) =>
          void navigate({
            search: (now) => ({ ...now, as: to === "outline" ? "outline" : "canvas" }),
            replace: true,
          })
        }
        data={[
          { value: "canvas", label: t("canvas") },
          { value: "outline", label: t("outline") },
        ]}
      />
      {as === "canvas" ? (
        <Suspense fallback={<Loading />}>
          <Canvas
            chart={chart}
            label={t("canvasOf", { stages: drawing.stages.length, moves: drawing.moves.length })}
            selected={selected}
            onSelect={select}
            {...(canEdit && { onConnect: connect, onOrder: order })}
          />
        </Suspense>
      ) : (
        <Outline drawing={drawing} marks={marks} selected={selected} select={select} />
      )}
    </Stack>
  );
}

function marksOf(found: readonly Found[], version: Version): Map<string, number> {
  const open = version.comments.filter(({ closed_by }) => closed_by === null);
  const marks = new Map<string, number>();
  for (const { element } of [...found, ...open])
    if (element) marks.set(element, (marks.get(element) ?? 0) + 1);
  return marks;
}

/** An element, or the order, in a line of the conflict bar. */
function told(element: unknown, gone: string): string {
  if (element === null) return gone;
  if (Array.isArray(element)) return element.join(", ");
  const { name, text, label } = element as { name?: string; text?: string; label?: string | null };
  return [name ?? text ?? label, JSON.stringify(element)].filter(Boolean).join(" · ").slice(0, 300);
}
