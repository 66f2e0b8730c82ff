
     CROSS JOIN LATERAL lead_roi_internal.looked_up((SELECT @today@), \1, \2) AS looked_up
