
     CROSS JOIN LATERAL lead_roi_internal.looked_up((SELECT @today@), @aliases@, \1) AS looked_up
