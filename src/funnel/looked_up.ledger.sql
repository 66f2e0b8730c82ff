
     CROSS JOIN LATERAL lead_roi_internal.looked_up((SELECT @today@), @aliases@, @rates@) AS looked_up