-- Open a problem file. Parameters: geography, place_code, group_id, title, owner, panel.
SELECT problem.open_file(:geography, :place_code, :group_id, :title, :owner, :panel) AS file_id
