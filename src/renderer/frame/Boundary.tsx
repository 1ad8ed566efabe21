import { Component, type ReactNode } from "react";
import { toWireError } from "../state/wire-error.ts";
import { ErrorNotice } from "../widgets/ErrorNotice.tsx";

/** Keeps a page that fails from taking the window with it: the other regions stay, and it can be tried again. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="page">
        <ErrorNotice error={toWireError(null)} retry={() => this.setState({ failed: false })} />
      </div>
    );
  }
}
