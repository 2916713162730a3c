"""The parts of the window. Each paints itself from the tokens of ``app.theme``.

They show what they are told and say what was clicked; none of them decides anything, reads a
device or knows a session. All text shown is plain text. What each module offers:

``button``        Button(text, kind=Kind.…, icon=, size=NORMAL|PANEL|BENCH|IN_CARD|SMALL, key=,
                  name=); set_available(bool, reason); show_action(text, icon, kind);
                  reserve(*texts). IconButton(icon, tooltip, name=)
``text``          Text(text, Role.…, tone=, wraps=, elides=, right=); reserve(longest);
                  set_tone. StatusText (icon + word): show_status, show_state. Separator
``layouts``       row(…), column(…): widgets, layouts, None for a stretch; clear(layout)
``card``          Card(title, fact): .body, .head_actions, set_border(tone). Inset: .body.
                  ControlBar: .controls, one row 44 high
``state_card``    StateCard: show_state(word, sentence, tone, icon, outlined=), set_timer,
                  set_progress, set_figures([Figure(value, label, longest)]), .buttons, .beside
``start_list``    StartList: show_items([Missing(key, what, why, remedy, …)], ready);
                  remedy_requested(key); its buttons are named “start.<key>”
``banner``        BannerStack: show_notices([Notice(key, happened, advice, remedy, …)]);
                  remedy_requested(key), closed(key); at most two, then “n more”
``holding_strip`` HoldingStrip: show_holding(bool, since_s)
``camera_tile``   CameraTile(camera, panel=): show_image(QImage) or show_pixels(array),
                  show_reading(state, word, fps, age_ms), show_lost(since_s | None), clear,
                  show_caption; undocks, zooms and folds by itself
``joint_table``   JointTable: set_joints([JointLook(key, label, is_percent, gap_limit)]),
                  show_rows(telemetry.joints), set_dense
``joint_plots``   JointPlots (a card): set_joints, show_telemetry(Telemetry), clear.
                  pyqtgraph (``plot_canvas``) is loaded after its first paint
``loop_card``     LoopCard: show_statistics(LoopStatistics | None)
``segmented``     Segmented([Option(key, label, icon)], name=): chosen(key), choose(key)
``select``        Select(name=, label=): a QComboBox
``slider``        Slider(label, low, high, name=, shown=value → text): changed(int), set_value
``field``         Field(label, editor), TextField, NumberField, DecimalField: .edit,
                  set_error(sentence), set_hint
``check_box``     CheckBox(text, name=, checked=)
``bar``           Bar(tone): show_value(fraction, tick, tone)
``chip``          Chip(device): show_device(state, word, reading), set_details([(label, value)]).
                  Pill(text, icon, tone)
``popover``       Popover(owner): .body, show_under(widget); not modal, grabs nothing
``phase_badge``   PhaseBadge: show_phase(phase, fact)
``stop_cluster``  StopCluster: stop_requested, release_requested, rest_requested;
                  show_phase(phase, torque_on=). Its logic is ``stop_sequence``, without Qt
``rail``          Rail([RailItem]): panel_wanted(key), select(key), show_virtual, fold
``job_strip``     JobStrip: show_jobs([JobEntry]), show_disk(free_gb)
``empty_state``   EmptyState(icon, title, sentence, primary, secondary): show_words
``arm_drawing``   ArmDrawing: show_shape(arm_shape_for(family)), show_angles, ghost, highlight,
                  turn_view, reset_view; ``arm_shapes`` has side_by_side for two arms
``chain_drawing`` ChainDrawing: show_nodes([ChainNode(key, title, name, lines, state, word)]),
                  select(key); chosen(key)
``travel_table``  TravelTable: show_rows([TravelRow(joint, label, Travel(low, high, now,
                  expected), travel_deg, tone, word)]), set_active, set_scale; chosen(joint)
``travel_bar``    TravelBar: show_travel(low, high, now, expected, tone), one bar alone
``stepper``       Stepper: show_steps(names, current, done); chosen(index). Named “step.1” …
``finding_row``   FindingRow(name): show_finding(tone, heading, text, [Step(key, label, icon,
                  kind)]); step_wanted(key); its buttons are named “<name>.<key>”
``checks_list``   ChecksList: show_checks([Check(text, state)])
``movement_strip`` MovementStrip(name, bars_px=): show_movement(shares, word, tone)
``data_table``    DataTable(name, label): set_columns([Column]), show_rows([DataRow(key, cells)]),
                  set_validator; edited(row, column, text), chosen(row)
``repaint``       CalmRepaint: at most ten repaints a second. ``ringed``: a painted part with
                  a focus ring
``picture``       Picture: the well under a camera tile
``painting``      strokes that painted parts share
"""
