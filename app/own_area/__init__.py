"""An area of somebody's own choice: chosen, answered from published figures, shown."""
